export type Domain = readonly [low: number, high: number];

/** A linear map from `domain` to `range`; a domain of no width goes to the middle. */
export function linearScale(domain: Domain, range: Domain): (value: number) => number {
  const width = domain[1] - domain[0];
  if (width === 0) return () => (range[0] + range[1]) / 2;
  return (value) => range[0] + ((value - domain[0]) / width) * (range[1] - range[0]);
}

/** Round numbers (1, 2 or 5 times a power of ten apart) that span the domain, about `count` of them. */
export function niceTicks([low, high]: Domain, count: number): number[] {
  const step = niceStep((high - low) / Math.max(1, count));
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => roundTo((first + index) * step, step));
}

/** Ticks at whole numbers inside the domain, its ends included; for epochs. */
export function wholeTicks([low, high]: Domain, count: number): number[] {
  const step = Math.max(1, niceStep((high - low) / Math.max(1, count)));
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) ticks.push(tick);
  if (!ticks.includes(low)) ticks.unshift(low);
  return ticks.filter((tick, index) => index === 0 || tick - ticks[0]! >= step / 2);
}

/** The smallest and largest finite value; null without any. */
export function extent(values: Iterable<number>): Domain | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : null;
}

/** As few decimals as tell the ticks apart. */
export function tickFormat(ticks: readonly number[]): (value: number) => string {
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) : 1;
  const decimals = Math.min(8, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return (value) => value.toFixed(decimals);
}

function niceStep(rough: number): number {
  if (!(rough > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => rough <= factor * power * (1 + 1e-9)) ?? 10);
}

/** 3 * 0.1 is to be 0.3. */
function roundTo(value: number, step: number): number {
  return Number(value.toFixed(Math.min(20, Math.max(0, 2 - Math.floor(Math.log10(step))))));
}
