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

/** The four pixels of each byte. */
const PIXELS = Uint8Array.from({ length: 256 * PIXELS_PER_BYTE }, (_, at) => {
  const [byte, pixel] = [Math.floor(at / PIXELS_PER_BYTE), at % PIXELS_PER_BYTE];
  return VALUES[(byte >> (pixel * 2)) & 3] ?? MASK.background;
});

/** Writes the pixels of a packed mask to all of `to`. */
export function unpackMask(packed: Uint8Array, to: Uint8Array): void {
  const whole = to.length - (to.length % PIXELS_PER_BYTE);
  for (let pixel = 0, byte = 0; pixel < whole; pixel += PIXELS_PER_BYTE, byte++) {
    const at = packed[byte]! * PIXELS_PER_BYTE;
    to[pixel] = PIXELS[at]!;
    to[pixel + 1] = PIXELS[at + 1]!;
    to[pixel + 2] = PIXELS[at + 2]!;
    to[pixel + 3] = PIXELS[at + 3]!;
  }
  for (let pixel = whole; pixel < to.length; pixel++) {
    to[pixel] = PIXELS[packed[pixel >> 2]! * PIXELS_PER_BYTE + (pixel % PIXELS_PER_BYTE)]!;
  }
}
