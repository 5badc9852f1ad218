import type { Box, ImageSize } from "../../../split";

/** A box as a file of boxes has it, its image not yet looked for. */
export interface StatedBox {
  /** The image's path or name, as written. */
  readonly image: string;
  /** Corners in pixels from 0 on, inclusive; not yet compared with the image. */
  readonly box: Box;
  /** Null where the file does not say. */
  readonly className: string | null;
  /** The image's size as the file has it; null where it does not say. */
  readonly size: ImageSize | null;
  /** For messages: `line 12`. */
  readonly where: string;
}

/** Corners of a box given by its left and upper edge and its sides: a box of width 1 begins and ends in the same column. */
export function cornersOfSides(x: number, y: number, width: number, height: number): Box {
  return [x, y, x + farther(width), y + farther(height)];
}

/** Sides below one pixel are still of one pixel; negative ones stay wrong. */
function farther(side: number): number {
  return side > 0 ? Math.max(side - 1, 0) : side - 1;
}
