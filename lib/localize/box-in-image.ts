import type { Box } from "../data/split";

/**
 * The pixels of the image that a component of the score map covers, at least one: what the whole map holds reaches every
 * edge. Nothing found is the first pixel, as in the evaluator.
 * @param extent The component's first and last pixel.
 */
export function boxInImage(
  extent: Box | undefined,
  mapWidth: number,
  mapHeight: number,
  image: { width: number; height: number },
): Box {
  if (extent === undefined) return [0, 0, 0, 0];
  const [x0, x1] = scaledRange(extent[0], extent[2], mapWidth, image.width);
  const [y0, y1] = scaledRange(extent[1], extent[3], mapHeight, image.height);
  return [x0, y0, x1, y1];
}

function scaledRange(first: number, last: number, from: number, to: number): [first: number, last: number] {
  const start = Math.min(to - 1, Math.round((first * to) / from));
  return [start, Math.max(start, Math.round(((last + 1) * to) / from) - 1)];
}
