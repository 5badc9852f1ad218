import { loadSharp } from "./sharp";

/** Another number for another way of decoding. */
const FORM = 1;

/**
 * Says in which way images become pixels: what is decoded under one form and another may differ.
 * @param resizedBy What resizes, with its version.
 */
export function decodeForm({ cmyk, resizedBy }: { readonly cmyk: string; readonly resizedBy: string }): string {
  const { sharp, vips, mozjpeg, png, webp } = loadSharp().versions as unknown as Record<string, string | undefined>;
  return JSON.stringify([FORM, cmyk, resizedBy, sharp, vips, mozjpeg, png, webp]);
}
