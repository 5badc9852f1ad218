import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { type PngChunks, type PngHeader, readPngChunks } from "./png-chunks";
import { forEachScanline, passesOf, rawLength } from "./png-scanlines";
import { FormatProblem } from "./problem";

/** An image of one byte per pixel, row after row. */
export interface GreyImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const inflateAsync = promisify(inflate);

/**
 * Decodes a PNG of any kind to 8-bit grey: 1, 2 and 4 bits are expanded to 0..255, of 16 bits the high byte is kept,
 * palette and colour become (299 R + 587 G + 114 B) / 1000 truncated, in whole numbers; alpha and transparency are ignored. Interlaced
 * files are read. Unpacking stops at the size that the header promises, so no file can ask for more memory than that.
 * @throws FormatProblem
 */
export async function decodeGreyPng(bytes: Uint8Array): Promise<GreyImage> {
  const { header, palette, compressed } = readPngChunks(bytes);
  const passes = passesOf(header);
  const raw = await unpack(compressed, rawLength(passes));
  const { width, height } = header;
  const data = new Uint8Array(width * height);
  const toGrey = greyReader(header, palette);
  const pixelBytes = Math.max(1, (header.depth * header.channels) / 8);
  forEachScanline(raw, passes, pixelBytes, (row, { x0, y0, dx, dy, columns }, rowIndex) => {
    toGrey(row, columns, data, (y0 + rowIndex * dy) * width + x0, dx);
  });
  return { data, width, height };
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

/** Writes the grey values of a row to every `step`-th byte of `to` from `at` on. */
type GreyReader = (row: Uint8Array, columns: number, to: Uint8Array, at: number, step: number) => void;

function greyReader({ depth, channels, isPalette }: PngHeader, palette: PngChunks["palette"]): GreyReader {
  if (isPalette) {
    const greys = greysOf(palette as Uint8Array);
    return (row, columns, to, at, step) => {
      for (let column = 0; column < columns; column++, at += step) {
        const grey = greys[sampleOf(row, column, depth)];
        if (grey === undefined) throw new FormatProblem("it has a pixel of no palette entry");
        to[at] = grey;
      }
    };
  }
  const sampleBytes = depth / 8;
  const stride = channels * sampleBytes;
  if (channels >= 3) {
    return (row, columns, to, at, step) => {
      for (let i = 0, end = columns * stride; i < end; i += stride, at += step) {
        to[at] = greyOf(row[i]!, row[i + sampleBytes]!, row[i + 2 * sampleBytes]!);
      }
    };
  }
  if (depth >= 8) {
    return (row, columns, to, at, step) => {
      for (let i = 0, end = columns * stride; i < end; i += stride, at += step) to[at] = row[i]!;
    };
  }
  const scale = 255 / (2 ** depth - 1);
  return (row, columns, to, at, step) => {
    for (let column = 0; column < columns; column++, at += step) to[at] = sampleOf(row, column, depth) * scale;
  };
}

/** Sample `index` of a row of 1, 2, 4 or 8 bits each, the first in the high bits. */
function sampleOf(row: Uint8Array, index: number, depth: number): number {
  const bit = index * depth;
  return (row[bit >> 3]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}

function greysOf(palette: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: palette.length / 3 }, (_, entry) =>
    greyOf(palette[entry * 3]!, palette[entry * 3 + 1]!, palette[entry * 3 + 2]!),
  );
}

/** 0.299 R + 0.587 G + 0.114 B, truncated; in whole numbers, since in double a grey of 1 would become 0. */
function greyOf(red: number, green: number, blue: number): number {
  return Math.floor((299 * red + 587 * green + 114 * blue) / 1000);
}
