import type { RawMap } from "./raw-map";

/** The reference's cubic kernel. */
const A = -0.75;

type Four = readonly [number, number, number, number];

/** Where one output pixel comes from: four source pixels, and how much each counts. */
interface Tap {
  readonly sources: Four;
  readonly weights: Four;
}

/**
 * Resizes a map to size x size in double precision: half-pixel centres, replicated border. Rows first and in the framework's
 * order of summation, so that no level of the evaluator's 8-bit map changes.
 */
export function resizeBicubic({ values, width, height }: RawMap, size: number): Float64Array {
  const [across, down] = [tapsOf(width, size), tapsOf(height, size)];
  const rows = new Float64Array(height * size);
  for (const [x, { sources, weights }] of across.entries()) {
    const [[s0, s1, s2, s3], [w0, w1, w2, w3]] = [sources, weights];
    for (let y = 0; y < height; y++) {
      const row = y * width;
      rows[y * size + x] =
        values[row + s0]! * w0 + values[row + s1]! * w1 + values[row + s2]! * w2 + values[row + s3]! * w3;
    }
  }
  const resized = new Float64Array(size * size);
  for (const [y, { sources, weights }] of down.entries()) {
    const [s0, s1, s2, s3] = sources.map((source) => source * size) as unknown as Four;
    const [w0, w1, w2, w3] = weights;
    for (let x = 0; x < size; x++) {
      resized[y * size + x] = rows[s0 + x]! * w0 + rows[s1 + x]! * w1 + rows[s2 + x]! * w2 + rows[s3 + x]! * w3;
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
    const at = (offset: number) => Math.min(from - 1, Math.max(0, first + offset));
    return {
      sources: [at(-1), at(0), at(1), at(2)],
      weights: [outer(share + 1), inner(share), inner(1 - share), outer(1 - share + 1)],
    };
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
