import type { DecodedImage } from "../data/images/decode";
import { loadSharp } from "../data/images/sharp";

/** The pixels of an image in another size, RGB, whatever becomes of its sides' ratio. */
export async function stretchImage(image: DecodedImage, width: number, height: number): Promise<Uint8Array> {
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  return loadSharp()(image.data, { raw }).resize(width, height, { fit: "fill", kernel: "cubic" }).raw().toBuffer();
}

/** The size of a panel of this image: as high, but never wider than `widest` times that. */
export function panelSize(
  image: { readonly width: number; readonly height: number },
  height: number,
  widest: number,
): [width: number, height: number] {
  const scale = Math.min(height / image.height, (widest * height) / image.width);
  return [Math.max(1, Math.round(image.width * scale)), Math.max(1, Math.round(image.height * scale))];
}
