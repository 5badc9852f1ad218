import { crc32 } from "node:zlib";
import { FormatProblem } from "./problem";

/** Channels by the header's colour type. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const PALETTE_COLOUR = 3;
/** More pixels are refused before any memory is asked for: 8192 x 8192. */
export const MAX_PNG_PIXELS = 2 ** 26;
/** Of unpacked data: the same pixels in four bytes each. */
const MAX_RAW_BYTES = 2 ** 28;

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  readonly channels: number;
  readonly isPalette: boolean;
  readonly isInterlaced: boolean;
}

export interface PngChunks {
  readonly header: PngHeader;
  /** Red, green, blue of each entry; null when there is none. */
  readonly palette: Uint8Array | null;
  /** The compressed stream, whole. */
  readonly compressed: Uint8Array;
}

/**
 * Takes a PNG apart: checksums of all critical chunks, sizes and order are checked; ancillary chunks (colour profile,
 * text, transparency) are passed over unread. @throws FormatProblem
 */
export function readPngChunks(bytes: Uint8Array): PngChunks {
  if (bytes.length === 0) throw new FormatProblem("the file is empty");
  if (!SIGNATURE.every((byte, index) => bytes[index] === byte)) throw new FormatProblem("it is no PNG");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: PngHeader | null = null;
  let palette: Uint8Array | null = null;
  const data: Uint8Array[] = [];
  for (let at = SIGNATURE.length; ; ) {
    if (at + 12 > bytes.length) throw new FormatProblem("it is truncated");
    const length = view.getUint32(at);
    const type = Buffer.from(bytes.buffer, bytes.byteOffset + at + 4, 4).toString("latin1");
    const end = at + 12 + length;
    if (end > bytes.length) throw new FormatProblem("it is truncated");
    const body = bytes.subarray(at + 8, end - 4);
    const isCritical = ((bytes[at + 4] as number) & 0x20) === 0;
    if (isCritical && crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new FormatProblem(`the checksum of its ${printable(type)} chunk is wrong`);
    }
    if (header === null) {
      if (type !== "IHDR") throw new FormatProblem("its first chunk is not IHDR");
      header = readHeader(body);
    } else if (type === "PLTE") {
      if (palette !== null || data.length > 0) throw new FormatProblem("its PLTE chunk is out of place");
      if (length % 3 !== 0 || length > 768) throw new FormatProblem(`its palette has ${length} bytes`);
      palette = body;
    } else if (type === "IDAT") {
      data.push(body);
    } else if (type === "IEND") {
      break;
    } else if (isCritical) {
      throw new FormatProblem(`it has an unexpected chunk ${printable(type)}`);
    }
    at = end;
  }
  if (data.length === 0) throw new FormatProblem("it has no pixel data");
  if (header.isPalette && palette === null) throw new FormatProblem("it has no palette");
  return { header, palette, compressed: Buffer.concat(data) };
}

function readHeader(body: Uint8Array): PngHeader {
  if (body.length !== 13) throw new FormatProblem("its IHDR chunk has a wrong length");
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [depth, colour, compression, filter, interlace] = body.subarray(8) as unknown as number[];
  const channels = CHANNELS[colour!];
  if (width === 0 || height === 0) throw new FormatProblem(`its size is ${width}x${height}`);
  if (channels === undefined || !DEPTHS[colour!]?.includes(depth!)) {
    throw new FormatProblem(`its colour type ${colour} with ${depth} bits does not exist`);
  }
  if (compression !== 0 || filter !== 0 || interlace! > 1) {
    throw new FormatProblem("its compression, filter or interlace method does not exist");
  }
  if (width * height > MAX_PNG_PIXELS || width * height * channels * (depth! / 8) > MAX_RAW_BYTES) {
    throw new FormatProblem(
      `expected at most ${MAX_PNG_PIXELS} pixels and ${MAX_RAW_BYTES} bytes, got ${width}x${height}`,
    );
  }
  const isPalette = colour === PALETTE_COLOUR;
  return { width, height, depth: depth!, channels, isPalette, isInterlaced: interlace === 1 };
}

function printable(type: string): string {
  return /^[A-Za-z]{4}$/.test(type) ? type : JSON.stringify(type);
}
