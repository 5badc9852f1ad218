/** How much of the resamples an interval holds. */
export const CONFIDENCE = 0.95;

/** The percentile interval of `values`: what leaves (1 - CONFIDENCE) / 2 of them on either side. */
export function percentileInterval(values: Float64Array): [low: number, high: number] {
  const sorted = values.toSorted();
  const outside = (1 - CONFIDENCE) / 2;
  return [percentile(sorted, outside), percentile(sorted, 1 - outside)];
}

/** Between neighbours it is interpolated, as numpy.percentile does. */
function percentile(sorted: Float64Array, fraction: number): number {
  const place = fraction * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

/** Far below one image of the largest data set, far above what adding rates in double precision leaves. */
const ROUNDING = 1e-12;

/** Two means of the same rates, added up in another order, must not lie apart: a verdict asks for more than 0. */
export function differenceOf(a: number, b: number): number {
  return Math.abs(b - a) < ROUNDING ? 0 : b - a;
}
