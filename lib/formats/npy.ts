import { endianness } from "node:os";
import { invalidArgument } from "../errors";
import { MemoryBudget } from "./memory-budget";
import { readNpyHeader } from "./npy-header";
import { npyValues, swapped } from "./npy-values";
import { FormatProblem } from "./problem";

/** An array of floats as read from a file: row-major, in the precision of the file. */
export interface NpyArray {
  readonly data: Float32Array | Float64Array;
  readonly shape: readonly number[];
}

const DTYPE = /^([<>])f([48])$/;
const IS_LITTLE_ENDIAN = endianness() === "LE";

/**
 * Reads a `.npy` file of version 1 to 3: float32 or float64, either byte order, C or Fortran order, any number of axes.
 * @param check Called with the shape before memory is asked for; what it throws refuses the file.
 * @throws FormatProblem
 */
export function decodeNpy(bytes: Uint8Array, check: (shape: readonly number[]) => void = () => undefined): NpyArray {
  const header = readNpyHeader(bytes);
  const dtype = DTYPE.exec(header.dtype);
  if (dtype === null) {
    const got = JSON.stringify(header.dtype.slice(0, 20));
    throw new FormatProblem(`expected the dtype float32 or float64 (<f4, >f4, <f8, >f8), got ${got}`);
  }
  check(header.shape);
  const itemBytes = Number(dtype[2]);
  const values = npyValues(bytes, header, itemBytes, new MemoryBudget(bytes.length));
  // In memory of their own, where numbers may begin.
  const data = IS_LITTLE_ENDIAN ? Uint8Array.from(values) : Uint8Array.from(swapped(values, itemBytes));
  return {
    data: itemBytes === 8 ? new Float64Array(data.buffer) : new Float32Array(data.buffer),
    shape: header.shape,
  };
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
