import { readFile } from "node:fs/promises";
import { WsolError } from "../../errors";
import { imageKindOf, isReadAsIs } from "./image-kind";
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
 * @throws ERR_WSOL_IMAGE naming the image: missing, empty, truncated, of another kind, CMYK (when refused) or too large.
 */
export async function decodeImage(source: string | Uint8Array, options: DecodeOptions): Promise<DecodedImage> {
  const name = options.name ?? (typeof source === "string" ? source : "the image");
  const bytes = typeof source === "string" ? await readImageFile(source, name) : source;
  checkKind(bytes, name);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const input = loadSharp()(buffer, { failOn: "truncated", ignoreIcc: true, limitInputPixels: false });
    const { width, height, space } = await input.metadata();
    if (width * height > MAX_PIXELS) throw imageError(name, `is too large: ${width}x${height} pixels`);
    if (space === "cmyk" && options.cmyk === "refuse") {
      throw imageError(name, "is CMYK, expected RGB or grey", "Convert it to RGB, or set data.cmyk to 'convert'.");
    }
    const { data, info } = await (options.applyOrientation ? input.autoOrient() : input)
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { data: toRgb(data, info.channels), width: info.width, height: info.height };
  } catch (cause) {
    if (cause instanceof WsolError) throw cause;
    const reason = cause instanceof Error ? cause.message.trim().split("\n").at(-1) : String(cause);
    throw imageError(name, `cannot be decoded: ${reason}`, "The file is damaged or incomplete: fetch it again.", cause);
  }
}

async function readImageFile(path: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const reasons: Record<string, string> = {
      ENOENT: "does not exist",
      EISDIR: "is a folder",
      EACCES: "may not be read",
    };
    throw imageError(name, reasons[code ?? ""] ?? `cannot be read (${code ?? String(cause)})`, undefined, cause);
  }
}

function checkKind(bytes: Uint8Array, name: string): void {
  if (bytes.length === 0) throw imageError(name, "is empty (0 bytes)");
  const kind = imageKindOf(bytes);
  if (kind === null || !isReadAsIs(kind)) throw imageError(name, "is not a JPEG, PNG or WebP image");
}

function imageError(name: string, problem: string, fix?: string, cause?: unknown): WsolError {
  return new WsolError("ERR_WSOL_IMAGE", `image '${name}' ${problem}`, {
    details: { image: name },
    ...(fix === undefined ? {} : { fix }),
    cause,
  });
}
