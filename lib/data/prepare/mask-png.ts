import { loadSharp } from "../images/sharp";

/** A grey PNG of a mask, one byte per pixel, row after row. */
export async function encodeMask(data: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const image = loadSharp()(data, { raw: { width, height, channels: 1 } });
  return image.toColourspace("b-w").png({ compressionLevel: 9 }).toBuffer();
}
