import { MASK } from "../../metrics/pixel-ap";

/** The values of two bits. */
const VALUES = [MASK.background, MASK.foreground, MASK.ignored] as const;
const PIXELS_PER_BYTE = 4;

/** Bytes that a mask of so many pixels takes when packed. */
export function packedBytes(pixels: number): number {
  return Math.ceil(pixels / PIXELS_PER_BYTE);
}

/** A mask of {@link MASK} at two bits a pixel, the first in the low bits. */
export function packMask(mask: Uint8Array): Uint8Array {
  const packed = new Uint8Array(packedBytes(mask.length));
  for (let pixel = 0; pixel < mask.length; pixel++) {
    const value = mask[pixel]!;
    const bits = value === MASK.ignored ? 2 : value;
    packed[pixel >> 2]! |= bits << ((pixel & 3) * 2);
  }
  return packed;
}

/** Writes the pixels of a packed mask to all of `to`. */
export function unpackMask(packed: Uint8Array, to: Uint8Array): void {
  for (let pixel = 0; pixel < to.length; pixel++) to[pixel] = VALUES[(packed[pixel >> 2]! >> ((pixel & 3) * 2)) & 3]!;
}
