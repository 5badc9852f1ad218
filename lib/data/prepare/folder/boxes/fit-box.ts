import type { Box, ImageSize } from "../../../split";

/** A box inside its image, or why there is none. */
export type FittedBox = { readonly box: Box; readonly isClipped: boolean } | { readonly problem: string };

/** Cuts off what lies beyond the image's last column and row; what has nothing inside, or no extent, is a problem. */
export function fitBox(box: Box, [width, height]: ImageSize): FittedBox {
  const [x0, y0, x1, y1] = box;
  if (x1 < x0 || y1 < y0) return { problem: "ends before it begins" };
  if (x0 > width - 1 || y0 > height - 1 || x1 < 0 || y1 < 0) {
    return { problem: `lies outside the image of ${width}x${height} pixels` };
  }
  const clipped: Box = [Math.max(x0, 0), Math.max(y0, 0), Math.min(x1, width - 1), Math.min(y1, height - 1)];
  return { box: clipped, isClipped: clipped.some((side, index) => side !== box[index]) };
}
