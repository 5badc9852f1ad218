import { endianness } from "node:os";
import { invalidArgument } from "../errors";
import { type NpyHeader, readNpyHeader } from "./npy-header";
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
  const values = new Uint8Array(valueBytes(bytes, header, itemBytes));
  values.set(bytes.subarray(header.dataStart));
  if ((dtype[1] === "<") !== IS_LITTLE_ENDIAN) swapBytes(values, itemBytes);
  const floats = itemBytes === 8 ? new Float64Array(values.buffer) : new Float32Array(values.buffer);
  return { data: header.fortranOrder ? rowMajor(floats, header.shape) : floats, shape: header.shape };
}

function valueBytes(bytes: Uint8Array, { shape, dataStart }: NpyHeader, itemBytes: number): number {
  const expected = shape.reduce((product, side) => product * side, itemBytes);
  const got = bytes.length - dataStart;
  if (got === expected) return expected;
  const what = got < expected ? "it is truncated" : "it has trailing bytes";
  throw new FormatProblem(`${what}: expected ${expected} bytes of values for its shape, got ${got}`);
}

function swapBytes(values: Uint8Array, itemBytes: number): void {
  const buffer = Buffer.from(values.buffer);
  if (itemBytes === 8) buffer.swap64();
  else buffer.swap32();
}

/** From Fortran's order, in which the first axis runs fastest. */
function rowMajor(values: NpyArray["data"], shape: readonly number[]): NpyArray["data"] {
  const rows = values.slice();
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, side) => product * side, 1));
  const position = shape.map(() => 0);
  for (let to = 0, from = 0; to < rows.length; to++) {
    rows[to] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      position[axis] = 0;
    }
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
