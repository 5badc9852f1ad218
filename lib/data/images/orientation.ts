import type { Box, ImageSize } from "../split";

/** The value of an image's EXIF orientation tag: how it is turned or mirrored to be shown upright. 1: as stored. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export interface ImageHeader {
  /** Width and height as stored, before any turn. */
  readonly size: ImageSize;
  readonly orientation: Orientation;
  readonly isCmyk: boolean;
}

/** Where the pixel (x, y) of a stored image of `width` x `height` lies in the upright image. */
const UPRIGHT: Record<Orientation, (x: number, y: number, width: number, height: number) => [x: number, y: number]> = {
  1: (x, y) => [x, y],
  2: (x, y, width) => [width - 1 - x, y],
  3: (x, y, width, height) => [width - 1 - x, height - 1 - y],
  4: (x, y, _, height) => [x, height - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _, height) => [height - 1 - y, x],
  7: (x, y, width, height) => [height - 1 - y, width - 1 - x],
  8: (x, y, width) => [y, width - 1 - x],
};

/** Whether the upright image has the stored one's sides swapped. */
export function isTurned(orientation: Orientation): boolean {
  return orientation >= 5;
}

/** A box of an image as stored, in the pixels of the upright image; x1 and y1 are inclusive in both. */
export function uprightBox(
  [x0, y0, x1, y1]: Box,
  { size: [width, height], orientation }: Pick<ImageHeader, "size" | "orientation">,
): Box {
  const move = UPRIGHT[orientation];
  const [ax, ay] = move(x0, y0, width, height);
  const [bx, by] = move(x1, y1, width, height);
  return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
}

/** Reads an image's stored size and EXIF orientation without decoding it; a missing or senseless tag is 1. */
export async function readImageHeader(image: string | Uint8Array): Promise<ImageHeader> {
  // Loaded at first use: importing the package loads no native code.
  const { default: sharp } = await import("sharp");
  const { width, height, orientation = 1, space } = await sharp(image).metadata();
  return {
    size: [width, height],
    orientation: orientation in UPRIGHT ? (orientation as Orientation) : 1,
    isCmyk: space === "cmyk",
  };
}
