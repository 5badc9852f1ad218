import type { Normalisation } from "../../metrics/normalisations";

const PERCENTILE = { pas: 90, ivr: 45 } as const;

/** Each brings a finite map into [0, 1], in place. */
const NORMALISERS: Readonly<Record<Normalisation, (map: Float64Array) => void>> = {
  minmax: (map) => {
    subtract(map, minimum(map));
    divide(map, maximum(map));
  },
  max: (map) => {
    clampAtZero(map);
    divide(map, maximum(map));
  },
  pas: (map) => {
    subtract(map, minimum(map));
    divide(map, percentile(map, PERCENTILE.pas));
    map.forEach((value, index) => {
      map[index] = Math.min(value, 1);
    });
  },
  ivr: (map) => {
    subtract(map, percentile(map, PERCENTILE.ivr));
    clampAtZero(map);
    divide(map, maximum(map));
  },
};

/** As `normaliseScoreMap`, in place: zeros where the map is not finite or has nothing to divide by. */
export function normaliseInPlace(map: Float64Array, normalisation: Normalisation): void {
  if (map.every(Number.isFinite)) NORMALISERS[normalisation](map);
  else map.fill(0);
}

/** Linear between the two nearest order statistics, from the nearer side, as numpy does. */
function percentile(map: Float64Array, percent: number): number {
  const values = map.toSorted();
  const position = (percent / 100) * (values.length - 1);
  const below = Math.floor(position);
  const fraction = position - below;
  const low = values[below]!;
  if (below + 1 === values.length) return low;
  const high = values[below + 1]!;
  const step = high - low;
  return fraction < 0.5 ? low + step * fraction : high - step * (1 - fraction);
}

function minimum(map: Float64Array): number {
  let low = Number.POSITIVE_INFINITY;
  for (let index = 0; index < map.length; index++) low = Math.min(low, map[index]!);
  return low;
}

function maximum(map: Float64Array): number {
  let high = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < map.length; index++) high = Math.max(high, map[index]!);
  return high;
}

function subtract(map: Float64Array, offset: number): void {
  for (let index = 0; index < map.length; index++) map[index]! -= offset;
}

function clampAtZero(map: Float64Array): void {
  for (let index = 0; index < map.length; index++) map[index] = Math.max(map[index]!, 0);
}

function divide(map: Float64Array, divisor: number): void {
  if (!(divisor > 0) || !Number.isFinite(divisor)) {
    map.fill(0);
    return;
  }
  for (let index = 0; index < map.length; index++) map[index]! /= divisor;
}
