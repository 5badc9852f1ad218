export type ImageKind = "JPEG" | "PNG" | "WebP" | "GIF" | "TIFF";

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const SIGNATURES: readonly (readonly [ImageKind, readonly number[], at?: number])[] = [
  ["JPEG", [0xff, 0xd8, 0xff]],
  ["PNG", PNG],
  ["WebP", [...Buffer.from("WEBP")], 8],
  ["GIF", [...Buffer.from("GIF8")]],
  ["TIFF", [0x49, 0x49, 0x2a, 0x00]],
  ["TIFF", [0x4d, 0x4d, 0x00, 0x2a]],
];

/** Enough of a file for {@link imageKindOf}. */
export const IMAGE_KIND_BYTES = 12;

/**
 * Told by the first bytes, so that libvips is never offered a text file, an SVG or a PDF; null for anything else. Data sets may
 * hold the first three.
 */
export function imageKindOf(bytes: Uint8Array): ImageKind | null {
  const starts = (signature: readonly number[], at = 0) => signature.every((byte, i) => bytes[at + i] === byte);
  const [kind] = SIGNATURES.find(([, signature, at]) => starts(signature, at)) ?? [null];
  return kind === "WebP" && !starts([...Buffer.from("RIFF")]) ? null : kind;
}

/** Whether the loader reads images of this kind as they are. */
export function isReadAsIs(kind: ImageKind): boolean {
  return kind === "JPEG" || kind === "PNG" || kind === "WebP";
}
