import type { Axis, AxisLayout } from "./axis";
import { type Domain, logScale, logTicks, logTickText, thinTicks } from "./scale";

/** Where 0 and the first power begin, from the left end, in units of the view box. */
const ZERO_AT = 16;
const POSITIVE_FROM = 64;
/** Free of points at both ends, so that no dot lies on an edge: a factor. */
const MARGIN = 1.25;
/** Of a character of a label on a phone, where text is larger; and between two labels. */
const CHARACTER = 10;
const GAP = 8;

/** A logarithmic axis; 0, which has no place on it, stands apart at the left. @param axis `domain` of the values, 0 or more. */
export function logAxis({ domain: [low, high], positive }: Axis, [left, right]: Domain): AxisLayout {
  const hasZero = low <= 0;
  const lowest = positive ?? (hasZero ? high : low);
  const from = hasZero ? left + POSITIVE_FROM : left;
  const domain: Domain = [lowest / MARGIN, high * MARGIN];
  const scale = logScale(domain, [from, right]);
  const x = (value: number) => (value > 0 ? scale(value) : left + ZERO_AT);
  const ticks = thinTicks(logTicks(domain), x, (tick) => CHARACTER * logTickText(tick).length, GAP);
  return {
    x,
    ticks: [...(hasZero ? [0] : []), ...ticks].map((tick) => ({ at: x(tick), text: logTickText(tick) })),
    gap: hasZero ? left + (ZERO_AT + POSITIVE_FROM) / 2 : null,
  };
}
