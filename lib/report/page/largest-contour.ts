import type { Box } from "../../data/split";
import { type LevelMap, thresholdLevel } from "./level-map";
import { doubledOutlineArea } from "./outline";

/** Where nothing lies above the threshold. */
const NOTHING: Box = [0, 0, 0, 0];
/** Values of the mask's pixels. */
const [SET, SEEN] = [1, 2];

/**
 * The box of the largest contour at a threshold, in map pixels, by the evaluator's rule (`boxesFromScoreMap`): 8-connected
 * components of what lies above the threshold, their area that of their outline, the last in raster order among equals, and one
 * pixel more on the right and at the bottom unless the map ends there.
 */
export function largestContourBox(map: LevelMap, threshold: number): Box {
  const { size } = map;
  const mask = framedMask(map, thresholdLevel(map, threshold));
  const stack: number[] = [];
  let best: Box = NOTHING;
  let largest = -1;
  for (let first = mask.indexOf(SET); first !== -1; first = mask.indexOf(SET, first + 1)) {
    const [x0, y0, x1, y1] = boundsFrom(first, mask, size + 2, stack);
    const area = doubledOutlineArea(mask, size + 2, first);
    if (area < largest) continue;
    largest = area;
    best = [x0, y0, Math.min(x1 + 1, size - 1), Math.min(y1 + 1, size - 1)];
  }
  return best;
}

/** What lies above a level, in a frame of one pixel that does not, so that no step leads outside. */
function framedMask({ levels, size }: LevelMap, level: number): Uint8Array {
  const width = size + 2;
  const mask = new Uint8Array(width * width);
  for (let y = 0; y < size; y++) {
    const [from, to] = [y * size, (y + 1) * width + 1];
    for (let x = 0; x < size; x++) mask[to + x] = levels[from + x]! > level ? SET : 0;
  }
  return mask;
}

/** First and last pixel, without the frame, of the component that holds `first`; its pixels become seen. */
function boundsFrom(first: number, mask: Uint8Array, width: number, stack: number[]): Box {
  const neighbours = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1];
  let [x0, y0, x1, y1] = [width, width, -1, -1];
  stack.push(first);
  mask[first] = SEEN;
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const y = Math.trunc(at / width);
    const x = at - y * width;
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
    for (const offset of neighbours) {
      if (mask[at + offset] !== SET) continue;
      mask[at + offset] = SEEN;
      stack.push(at + offset);
    }
  }
  return [x0 - 1, y0 - 1, x1 - 1, y1 - 1];
}
