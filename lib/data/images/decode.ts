import { readFile } from "node:fs/promises";
import { WsolError } from "../../errors";
import { readPlainHeader } from "./image-header";
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
const MAX_PIXELS = 178_956_970;

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
    const input = loadSharp()(buffer, { failOn: "truncated", ignoreIcc: true, limitInputPixels: MAX_PIXELS });
    // The library opens a file once more for its metadata, which takes a tenth of the time of decoding.
    const plain = readPlainHeader(bytes);
    const { width, height, space } = plain === null ? await input.metadata() : { ...plain, space: undefined };
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

/** Told by the first bytes, so that libvips is never offered a text file, an SVG or a PDF. */
function checkKind(bytes: Uint8Array, name: string): void {
  if (bytes.length === 0) throw imageError(name, "is empty (0 bytes)");
  const starts = (signature: readonly number[], at = 0) => signature.every((byte, i) => bytes[at + i] === byte);
  const isJpeg = starts([0xff, 0xd8, 0xff]);
  const isPng = starts([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const isWebp = starts([0x52, 0x49, 0x46, 0x46]) && starts([0x57, 0x45, 0x42, 0x50], 8);
  if (!isJpeg && !isPng && !isWebp) throw imageError(name, "is not a JPEG, PNG or WebP image");
}

function imageError(name: string, problem: string, fix?: string, cause?: unknown): WsolError {
  return new WsolError("ERR_WSOL_IMAGE", `image '${name}' ${problem}`, {
    details: { image: name },
    ...(fix === undefined ? {} : { fix }),
    cause,
  });
}
