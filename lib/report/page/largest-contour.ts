import type { Box } from "../../data/split";
import { type LevelMap, thresholdLevel } from "./level-map";
import { doubledOutlineArea } from "./outline";

/** Where nothing lies above the threshold. */
const NOTHING: Box = [0, 0, 0, 0];

/**
 * The box of the largest contour at a threshold, in map pixels, by the evaluator's rule (`boxesFromScoreMap`): 8-connected
 * components of what lies above the threshold, their area that of their outline, the last in raster order among equals, and one
 * pixel more on the right and at the bottom unless the map ends there.
 */
export function largestContourBox(map: LevelMap, threshold: number): Box {
  const { levels, size } = map;
  const level = thresholdLevel(map, threshold);
  const mask = Uint8Array.from(levels, (value) => (value > level ? 1 : 0));
  const isSeen = new Uint8Array(mask.length);
  const stack = new Int32Array(mask.length);
  let best: Box = NOTHING;
  let largest = -1;
  for (let first = mask.indexOf(1); first !== -1; first = mask.indexOf(1, first + 1)) {
    if (isSeen[first]) continue;
    const [x0, y0, x1, y1] = boundsFrom(first, mask, size, isSeen, stack);
    const area = doubledOutlineArea(mask, size, first);
    if (area < largest) continue;
    largest = area;
    best = [x0, y0, Math.min(x1 + 1, size - 1), Math.min(y1 + 1, size - 1)];
  }
  return best;
}

/** First and last pixel of the component that holds `first`, whose pixels become seen. */
function boundsFrom(first: number, mask: Uint8Array, size: number, isSeen: Uint8Array, stack: Int32Array): Box {
  let [x0, y0, x1, y1] = [size, size, -1, -1];
  let depth = 0;
  stack[depth++] = first;
  isSeen[first] = 1;
  while (depth > 0) {
    const at = stack[--depth]!;
    const y = Math.floor(at / size);
    const x = at - y * size;
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
    for (let ny = Math.max(0, y - 1); ny <= Math.min(size - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(size - 1, x + 1); nx++) {
        const next = ny * size + nx;
        if (!mask[next] || isSeen[next]) continue;
        isSeen[next] = 1;
        stack[depth++] = next;
      }
    }
  }
  return [x0, y0, x1, y1];
}
