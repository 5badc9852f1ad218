import type { Box, ImageSize } from "../data/split";

/** A box of an image in the pixels of its score map: trunc(coordinate * map side / image side), as the reference scales. */
export function scaleBoxToMap(box: Box, image: ImageSize, map: ImageSize): Box {
  const scale = (coordinate: number, axis: 0 | 1) => Math.trunc((coordinate * map[axis]) / image[axis]);
  return [scale(box[0], 0), scale(box[1], 1), scale(box[2], 0), scale(box[3], 1)];
}
