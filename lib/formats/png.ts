import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { type PngChunks, readPngChunks } from "./png-chunks";
import { foregroundReader } from "./png-foreground";
import { greyReader } from "./png-grey";
import { type RowReader, sampleReader } from "./png-samples";
import { passesOf, rawLength, visitScanlines } from "./png-scanlines";
import { FormatProblem } from "./problem";

/** An image of one byte per pixel, row after row. */
export interface GreyImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The stored value of every pixel, row after row; 16 bits only where the file has them. */
export interface IndexImage {
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  /** Whether the values are indices of a palette; else they are grey levels. */
  readonly isPalette: boolean;
}

const inflateAsync = promisify(inflate);

/**
 * Decodes a PNG of any kind to 8-bit grey: 1, 2 and 4 bits are expanded to 0..255, of 16 bits the high byte is kept,
 * palette and colour become (299 R + 587 G + 114 B) / 1000 truncated, in whole numbers; alpha and transparency are ignored. Interlaced
 * files are read. Unpacking stops at the size that the header promises, so no file can ask for more memory than that.
 * @throws FormatProblem
 */
export async function decodeGreyPng(bytes: Uint8Array): Promise<GreyImage> {
  const chunks = readPngChunks(bytes);
  const { width, height } = chunks.header;
  return { data: await pixelsOf(chunks, Uint8Array, greyReader(chunks)), width, height };
}

/**
 * Decodes a PNG of one sample per pixel to what is stored, as label images need it: the indices of a palette, whatever its
 * colours, or the grey levels of 1 to 16 bits, not expanded. Bounded as {@link decodeGreyPng} is.
 * @throws FormatProblem, also for colour and alpha
 */
export async function decodeIndexPng(bytes: Uint8Array): Promise<IndexImage> {
  const chunks = readPngChunks(bytes);
  const { width, height, depth, isPalette } = chunks.header;
  const Values = depth === 16 ? Uint16Array : Uint8Array;
  return { data: await pixelsOf(chunks, Values, sampleReader(chunks)), width, height, isPalette };
}

/**
 * Decodes a PNG of any kind to 255 where the stored value is not 0, else 0. A palette counts by its indices, whatever its
 * colours. Bounded as {@link decodeGreyPng} is. @throws FormatProblem
 */
export async function decodeForegroundPng(bytes: Uint8Array): Promise<GreyImage> {
  const chunks = readPngChunks(bytes);
  const { width, height } = chunks.header;
  return { data: await pixelsOf(chunks, Uint8Array, foregroundReader(chunks)), width, height };
}

async function pixelsOf<Values extends Uint8Array | Uint16Array>(
  { header, compressed }: PngChunks,
  Values: new (count: number) => Values,
  read: RowReader<Values>,
): Promise<Values> {
  const passes = passesOf(header);
  const raw = await unpack(compressed, rawLength(passes));
  const { width, height, depth, channels } = header;
  const pixels = new Values(width * height);
  const pixelBytes = Math.max(1, (depth * channels) / 8);
  await visitScanlines(raw, passes, pixelBytes, (row, { x0, y0, dx, dy, columns }, rowIndex) => {
    read(row, columns, pixels, (y0 + rowIndex * dy) * width + x0, dx);
  });
  return pixels;
}

async function unpack(compressed: Uint8Array, expected: number): Promise<Uint8Array> {
  const chunkSize = Math.min(Math.max(expected + 1, 64), 2 ** 20);
  const raw = await inflateAsync(compressed, { maxOutputLength: expected, chunkSize }).catch((cause) => {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") throw new FormatProblem(`it has more pixel data than ${expected} bytes`);
    if (code === "Z_BUF_ERROR") throw new FormatProblem("its pixel data is truncated");
    throw new FormatProblem("its pixel data is damaged");
  });
  if (raw.length < expected) throw new FormatProblem(`its pixel data has ${raw.length} bytes, expected ${expected}`);
  return raw;
}
