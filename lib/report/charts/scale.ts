export type Domain = readonly [low: number, high: number];

/** A linear map from `domain` to `range`; a domain of no width goes to the middle. */
export function linearScale(domain: Domain, range: Domain): (value: number) => number {
  const width = domain[1] - domain[0];
  if (width === 0) return () => (range[0] + range[1]) / 2;
  return (value) => range[0] + ((value - domain[0]) / width) * (range[1] - range[0]);
}

/** A logarithmic map from a positive `domain` to `range`; a domain of no width goes to the middle. */
export function logScale(domain: Domain, range: Domain): (value: number) => number {
  const scale = linearScale([Math.log10(domain[0]), Math.log10(domain[1])], range);
  return (value) => scale(Math.log10(value));
}

/** From so many powers of ten on, they are ticks enough by themselves. */
const MANY_DECADES = 2;

/** Powers of ten inside a positive domain; where it spans few of them, 2 and 5 times them too. */
export function logTicks([low, high]: Domain): number[] {
  const factors = Math.log10(high / low) >= MANY_DECADES ? [1] : [1, 2, 5];
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  // As the literal is read: 3 * 0.1 and 10 ** -5 are not what they are written.
  const ticks = powers.flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)));
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** Plain where it is short, else a power of ten: `0.001`, `5·10⁻⁵`. */
export function logTickText(tick: number): string {
  if (tick === 0 || (tick >= 1e-3 && tick < 1e4)) return String(tick);
  const [factor, power] = tick.toExponential(0).split("e") as [string, string];
  const exponent = [...String(Number(power))]
    .map((digit) => (digit === "-" ? "⁻" : SUPERSCRIPTS[Number(digit)]))
    .join("");
  return `${factor === "1" ? "" : `${factor}·`}10${exponent}`;
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** The ticks that keep their label where labels would touch: every one, every second, every third … */
export function thinTicks(
  ticks: readonly number[],
  at: (tick: number) => number,
  widthOf: (tick: number) => number,
  gap: number,
): number[] {
  for (let stride = 1; stride < ticks.length; stride++) {
    const kept = ticks.filter((_, index) => index % stride === 0);
    const isFree = kept.every((tick, index) => {
      const next = kept[index + 1];
      return next === undefined || at(next) - at(tick) >= (widthOf(tick) + widthOf(next)) / 2 + gap;
    });
    if (isFree) return kept;
  }
  return ticks.slice(0, 1);
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
