/** The IoU levels of the box metrics, in the order of the native side's columns. */
export const IOU_LEVELS = ["0.3", "0.5", "0.7"] as const;
export type IouLevel = (typeof IOU_LEVELS)[number];
export type PerIouLevel = Readonly<Record<IouLevel, number>>;

/** The highest rate of a curve and where it is reached first. */
export function bestOf(rates: Float64Array): { readonly rate: number; readonly index: number } {
  let index = 0;
  for (let candidate = 1; candidate < rates.length; candidate++) {
    if (rates[candidate]! > rates[index]!) index = candidate;
  }
  return { rate: rates[index]!, index };
}
