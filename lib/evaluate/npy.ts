import { readFile, stat } from "node:fs/promises";
import { endianness } from "node:os";
import { invalidArgument, WsolError } from "../errors";
import type { ScoreMapArray } from "../native/metrics-addon";
import { type NpyHeader, NpyProblem, readNpyHeader } from "./npy-header";

/** A score map as read from a file: row after row, in the precision of the file. */
export interface ScoreMap {
  readonly data: ScoreMapArray;
  readonly width: number;
  readonly height: number;
}

/** Larger maps are refused before their memory is asked for: 4096 x 4096. */
export const MAX_SCORE_MAP_PIXELS = 2 ** 24;
const MAX_FILE_BYTES = MAX_SCORE_MAP_PIXELS * 8 + 2 ** 16;
const DTYPE = /^([<>])f([48])$/;
const IS_LITTLE_ENDIAN = endianness() === "LE";

/**
 * Reads a 2-D score map from a `.npy` file of version 1 to 3: float32 or float64, either byte order, C or Fortran order.
 * The values are not looked at; the metrics refuse NaN and what lies outside [0, 1].
 * @throws ERR_WSOL_SCORE_MAP naming the file and the reason
 */
export async function readScoreMap(path: string): Promise<ScoreMap> {
  return decodeScoreMap(await readBounded(path), path);
}

/** As {@link readScoreMap}, from the bytes of a file; `name` stands in the error. */
export function decodeScoreMap(bytes: Uint8Array, name: string): ScoreMap {
  try {
    return decode(bytes, readNpyHeader(bytes));
  } catch (cause) {
    if (!(cause instanceof NpyProblem)) throw cause;
    throw unreadable(name, cause.message);
  }
}

function decode(bytes: Uint8Array, header: NpyHeader): ScoreMap {
  const dtype = DTYPE.exec(header.dtype);
  if (dtype === null) {
    const got = JSON.stringify(header.dtype.slice(0, 20));
    throw new NpyProblem(`expected the dtype float32 or float64 (<f4, >f4, <f8, >f8), got ${got}`);
  }
  const [height, width] = header.shape;
  if (header.shape.length !== 2 || height === undefined || width === undefined) {
    throw new NpyProblem(`expected a 2-D array, got ${header.shape.length}-D`);
  }
  if (height < 1 || width < 1) throw new NpyProblem(`expected at least one pixel, got the shape (${height}, ${width})`);
  if (height > MAX_SCORE_MAP_PIXELS || width > MAX_SCORE_MAP_PIXELS || height * width > MAX_SCORE_MAP_PIXELS) {
    throw new NpyProblem(`expected at most ${MAX_SCORE_MAP_PIXELS} pixels, got the shape (${height}, ${width})`);
  }
  const itemBytes = Number(dtype[2]);
  const expected = height * width * itemBytes;
  const got = bytes.length - header.dataStart;
  if (got !== expected) {
    const what = got < expected ? "it is truncated" : "it has trailing bytes";
    throw new NpyProblem(`${what}: expected ${expected} bytes of values for its shape, got ${got}`);
  }
  const values = new Uint8Array(expected);
  values.set(bytes.subarray(header.dataStart));
  if ((dtype[1] === "<") !== IS_LITTLE_ENDIAN) swapBytes(values, itemBytes);
  const floats = itemBytes === 8 ? new Float64Array(values.buffer) : new Float32Array(values.buffer);
  return { data: header.fortranOrder ? transposed(floats, height, width) : floats, width, height };
}

function swapBytes(values: Uint8Array, itemBytes: number): void {
  const buffer = Buffer.from(values.buffer);
  if (itemBytes === 8) buffer.swap64();
  else buffer.swap32();
}

/** Column after column to row after row. */
function transposed(values: ScoreMapArray, height: number, width: number): ScoreMapArray {
  const rows = values.slice();
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[to++] = values[x * height + y]!;
  }
  return rows;
}

/** Encodes an array as `.npy` version 1, little-endian float64, C order. @throws ERR_WSOL_ARGUMENT */
export function encodeNpy(data: Float64Array, shape: readonly number[]): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  if (data.length !== count) throw invalidArgument("data", `${count} values for the shape (${shape.join(", ")})`, data);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '<f8', 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = Math.ceil((10 + dict.length + 1) / 64) * 64;
  const bytes = Buffer.alloc(start + data.length * 8);
  bytes.write("\x93NUMPY\x01\x00", "latin1");
  bytes.writeUInt16LE(start - 10, 8);
  bytes.write(`${dict.padEnd(start - 11)}\n`, 10, "latin1");
  const values = bytes.subarray(start);
  values.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (!IS_LITTLE_ENDIAN) values.swap64();
  return bytes;
}

async function readBounded(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new NpyProblem("it is no file");
    if (found.size > MAX_FILE_BYTES) {
      throw new NpyProblem(`expected a file of at most ${MAX_FILE_BYTES} bytes, got ${found.size}`);
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof NpyProblem) throw unreadable(path, cause.message);
    const { code } = cause as NodeJS.ErrnoException;
    throw unreadable(path, code === "ENOENT" ? "there is no such file" : (code ?? String(cause)), cause);
  }
}

function unreadable(path: string, reason: string, cause?: unknown): WsolError {
  return new WsolError("ERR_WSOL_SCORE_MAP", `cannot read the score map '${path}': ${reason}`, {
    details: { path, reason },
    ...(cause !== undefined && { cause }),
  });
}
