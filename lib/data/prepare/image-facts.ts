import { open } from "node:fs/promises";
import { FormatProblem } from "../../formats/problem";
import { MAX_PIXELS } from "../images/decode";
import { IMAGE_KIND_BYTES, type ImageKind, imageKindOf, isReadAsIs } from "../images/image-kind";
import { loadSharp } from "../images/sharp";
import type { ImageSize } from "../split";

export interface HeaderFacts {
  readonly kind: ImageKind;
  /** As stored, whatever its EXIF orientation. */
  readonly size: ImageSize;
  /** What whoever uses it should know. */
  readonly notes: readonly string[];
}

const ENDINGS: Readonly<Record<ImageKind, RegExp>> = {
  JPEG: /\.jpe?g$/i,
  PNG: /\.png$/i,
  WebP: /\.webp$/i,
  GIF: /\.gif$/i,
  TIFF: /\.tiff?$/i,
};

/** Reads the header of an image, not its pixels. @param image Its bytes, or its path. @throws FormatProblem */
export async function factsOfImage(image: Buffer | string, name: string): Promise<HeaderFacts> {
  const start = typeof image === "string" ? await firstBytesOf(image) : image;
  if (start.length === 0) throw new FormatProblem("is empty (0 bytes)");
  const kind = imageKindOf(start);
  if (kind === null) throw new FormatProblem("is not an image of a known kind");
  const { width, height, space } = await metadataOf(image);
  if (width * height > MAX_PIXELS) throw new FormatProblem(`is too large: ${width}x${height} pixels`);
  const notes: string[] = [];
  if (!isReadAsIs(kind)) notes.push(`is a ${kind}, stored as PNG`);
  else if (!ENDINGS[kind].test(name)) notes.push(`is a ${kind}, whatever its name says`);
  if (space === "cmyk") notes.push("is CMYK, which is refused unless data.cmyk is 'convert'");
  return { kind, size: [width, height], notes };
}

/** The first picture of a GIF or TIFF, as stored. @throws FormatProblem */
export async function asPng(image: Buffer | string): Promise<Buffer> {
  return loadSharp()(image, { limitInputPixels: MAX_PIXELS, ignoreIcc: true, failOn: "truncated" })
    .png()
    .toBuffer()
    .catch(damaged);
}

function metadataOf(image: Buffer | string) {
  return loadSharp()(image, { limitInputPixels: false }).metadata().catch(damaged);
}

/** Enough to tell what it is. @throws FormatProblem */
export async function firstBytesOf(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const bytes = Buffer.alloc(IMAGE_KIND_BYTES);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new FormatProblem(`cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}

function damaged(cause: Error): never {
  throw new FormatProblem(`is damaged: ${cause.message.trim().split("\n").at(-1)}`);
}
