import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export interface MadeUpPng {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  readonly colour: number;
  readonly depth: number;
  /** Row after row, pixel after pixel, channel after channel. */
  readonly samples: readonly number[];
  readonly palette?: readonly number[];
  readonly isInterlaced?: boolean;
  /** Filter of row i is filters[i % length]; the rows are stored as if unfiltered otherwise. */
  readonly filters?: readonly number[];
}

/** One chunk with its length and checksum. */
export function pngChunk(type: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

export function pngOf(...chunks: readonly Uint8Array[]): Buffer {
  return Buffer.concat([SIGNATURE, ...chunks]);
}

export function pngHeader(png: Pick<MadeUpPng, "width" | "height" | "colour" | "depth" | "isInterlaced">): Buffer {
  const body = Buffer.alloc(13);
  body.writeUInt32BE(png.width, 0);
  body.writeUInt32BE(png.height, 4);
  body.set([png.depth, png.colour, 0, 0, png.isInterlaced ? 1 : 0], 8);
  return pngChunk("IHDR", body);
}

/** Bytes of a PNG of any kind, for tests. */
export function madeUpPng(png: MadeUpPng): Buffer {
  const palette = png.palette === undefined ? [] : [pngChunk("PLTE", Uint8Array.from(png.palette))];
  const data = pngChunk("IDAT", deflateSync(rawRows(png)));
  return pngOf(pngHeader(png), ...palette, data, pngChunk("IEND", Buffer.alloc(0)));
}

/** An 8-bit grey PNG, row after row. */
export function greyPng(width: number, height: number, samples: readonly number[]): Buffer {
  return madeUpPng({ width, height, colour: 0, depth: 8, samples });
}

function rawRows(png: MadeUpPng): Buffer {
  const { width, height, depth, filters = [0] } = png;
  const channels = CHANNELS[png.colour]!;
  const pixelBytes = Math.max(1, (depth * channels) / 8);
  const rows: Buffer[] = [];
  for (const [x0, y0, dx, dy] of png.isInterlaced ? ADAM7 : ([[0, 0, 1, 1]] as const)) {
    const columns = Math.ceil((width - x0) / dx);
    if (columns <= 0) continue;
    let above: Buffer = Buffer.alloc(Math.ceil((columns * channels * depth) / 8));
    for (let y = y0; y < height; y += dy) {
      const samples: number[] = [];
      for (let x = x0; x < width; x += dx) {
        samples.push(...png.samples.slice((y * width + x) * channels, (y * width + x + 1) * channels));
      }
      const row = packed(samples, depth);
      const filter = filters[rows.length % filters.length]!;
      rows.push(Buffer.from([filter]), filtered(filter, row, above, pixelBytes));
      above = row;
    }
  }
  return Buffer.concat(rows);
}

function packed(samples: readonly number[], depth: number): Buffer {
  const bits = samples.map((sample) => sample.toString(2).padStart(depth, "0")).join("");
  return Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2)));
}

/** Filters of the PNG specification, section 9.2, from its table. */
function filtered(filter: number, row: Buffer, above: Buffer, pixelBytes: number): Buffer {
  return Buffer.from(
    row.map((value, i) => {
      const a = row[i - pixelBytes] ?? 0;
      const b = above[i]!;
      const c = above[i - pixelBytes] ?? 0;
      const p = a + b - c;
      const paeth = [a, b, c].reduce((best, next) => (Math.abs(p - next) < Math.abs(p - best) ? next : best));
      return value - ([0, a, b, Math.floor((a + b) / 2), paeth][filter] ?? 0);
    }),
  );
}
