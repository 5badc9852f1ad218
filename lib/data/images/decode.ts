import { WsolError } from "../../errors";
import { imageError } from "./bad-image";
import { readPlainHeader } from "./image-header";
import { imageKindOf, isReadAsIs } from "./image-kind";
import { readImageFile } from "./read-image-file";
import { loadSharp } from "./sharp";
import { toRgb } from "./to-rgb";

/** RGB, 8 bit, height x width x 3. */
export interface DecodedImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface DecodeOptions {
  /** What to do with a CMYK image: `convert` takes libvips' plain conversion, which no other tool repeats exactly. */
  readonly cmyk: "refuse" | "convert";
  /** Whether to turn the image as its EXIF orientation says. Data sets are read without, as the reference does. */
  readonly applyOrientation: boolean;
  /** What to call the image in errors; default: its path. */
  readonly name?: string;
}

/** As Pillow's default: twice its limit against decompression bombs. */
export const MAX_PIXELS = 178_956_970;

/**
 * Decodes a JPEG, PNG or WebP file, or its bytes, to RGB. Bit-identical to Pillow's `convert("RGB")` for 8-bit RGB and
 * grey: colour profiles are ignored, an alpha channel is dropped without blending. 16-bit images keep the high byte.
 * @throws ERR_WSOL_IMAGE naming the image, with `details.problem`: missing, empty, damaged, of another kind, CMYK (when
 *   refused) or too large.
 */
export async function decodeImage(source: string | Uint8Array, options: DecodeOptions): Promise<DecodedImage> {
  const name = options.name ?? (typeof source === "string" ? source : "the image");
  const bytes = typeof source === "string" ? (await readImageFile(source, name)).bytes : source;
  checkImageKind(bytes, name);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const input = loadSharp()(buffer, { failOn: "truncated", ignoreIcc: true, limitInputPixels: MAX_PIXELS });
    // The library opens a file once more for its metadata, which takes a tenth of the time of decoding.
    const plain = readPlainHeader(bytes);
    const { width, height, space } = plain === null ? await input.metadata() : { ...plain, space: undefined };
    if (width * height > MAX_PIXELS) throw imageError(name, "too-large", `is too large: ${width}x${height} pixels`);
    if (space === "cmyk" && options.cmyk === "refuse") {
      throw imageError(name, "cmyk", "is CMYK, expected RGB or grey", {
        fix: "Convert it to RGB, or set data.cmyk to 'convert'.",
      });
    }
    const { data, info } = await (options.applyOrientation ? input.autoOrient() : input)
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { data: toRgb(data, info.channels), width: info.width, height: info.height };
  } catch (cause) {
    if (cause instanceof WsolError) throw cause;
    const reason = cause instanceof Error ? cause.message.trim().split("\n").at(-1) : String(cause);
    throw imageError(name, "damaged", `cannot be decoded: ${reason}`, {
      fix: "The file is damaged or incomplete: fetch it again.",
      cause,
    });
  }
}

/** Told by the first bytes, so that libvips is never offered a text file, an SVG or a PDF. @throws ERR_WSOL_IMAGE */
export function checkImageKind(bytes: Uint8Array, name: string): void {
  if (bytes.length === 0) throw imageError(name, "empty", "is empty (0 bytes)");
  const kind = imageKindOf(bytes);
  if (kind === null || !isReadAsIs(kind)) throw imageError(name, "kind", "is not a JPEG, PNG or WebP image");
}
