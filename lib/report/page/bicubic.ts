import type { RawMap } from "./raw-map";

/** The reference's cubic kernel. */
const A = -0.75;
const TAPS = 4;

/** Where one output pixel comes from: four source pixels, and how much each counts. */
interface Tap {
  readonly sources: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Resizes a map to size x size in double precision: half-pixel centres, replicated border. Rows first and in the framework's
 * order of summation, so that no level of the evaluator's 8-bit map changes.
 */
export function resizeBicubic({ values, width, height }: RawMap, size: number): Float64Array {
  const [across, down] = [tapsOf(width, size), tapsOf(height, size)];
  const rows = new Float64Array(height * size);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < size; x++) {
      const { sources, weights } = across[x]!;
      let sum = values[y * width + sources[0]!]! * weights[0]!;
      for (let tap = 1; tap < TAPS; tap++) sum += values[y * width + sources[tap]!]! * weights[tap]!;
      rows[y * size + x] = sum;
    }
  }
  const resized = new Float64Array(size * size);
  for (let y = 0; y < size; y++) {
    const { sources, weights } = down[y]!;
    for (let x = 0; x < size; x++) {
      let sum = rows[sources[0]! * size + x]! * weights[0]!;
      for (let tap = 1; tap < TAPS; tap++) sum += rows[sources[tap]! * size + x]! * weights[tap]!;
      resized[y * size + x] = sum;
    }
  }
  return resized;
}

function tapsOf(from: number, to: number): Tap[] {
  const scale = from / to;
  return Array.from({ length: to }, (_, index) => {
    const position = scale * (index + 0.5) - 0.5;
    const first = Math.min(Math.floor(position), from - 1);
    const share = Math.min(1, Math.max(0, position - first));
    const sources = [-1, 0, 1, 2].map((offset) => Math.min(from - 1, Math.max(0, first + offset)));
    return { sources, weights: [outer(share + 1), inner(share), inner(1 - share), outer(1 - share + 1)] };
  });
}

/** The kernel within one pixel. */
function inner(distance: number): number {
  return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
}

/** The kernel between one pixel and two. */
function outer(distance: number): number {
  return ((A * distance - 5 * A) * distance + 8 * A) * distance - 4 * A;
}
