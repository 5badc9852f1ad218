import { inflateSync } from "node:zlib";
import { FormatProblem } from "../problem";
import { ELEMENT, type MatElement, readElement, readMatHeader, viewOf } from "./elements";
import { readNumbers } from "./numbers";

/** A numeric array, its first axis fastest, as MATLAB has it. */
export interface MatArray {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

/** Classes of arrays that hold no plain numbers (MAT-File Format, table 1-3); 6 to 15 do. */
const OTHER_CLASSES: Readonly<Record<number, string>> = {
  1: "a cell array",
  2: "a structure",
  3: "an object",
  4: "text",
  5: "a sparse matrix",
  16: "a function",
  17: "an object",
};
const FIRST_NUMERIC = 6;
const LAST_NUMERIC = 15;
const COMPLEX_FLAG = 0x0800;
const MAX_RANK = 32;
const MAX_NAME_BYTES = 63;
/** Of one array. */
const MAX_VALUES = 2 ** 22;
/** Of all compressed elements together. */
const MAX_UNPACKED_BYTES = 2 ** 24;

/**
 * Reads numeric arrays of a MAT-file of version 5 to 7 (MathWorks, "MAT-File Format"), either byte order, compressed or
 * not. Variables that are not asked for are passed over, of whatever kind they are; nothing is read recursively.
 * @throws FormatProblem when one that is asked for is missing, complex, or no array of numbers; for files of other versions;
 * for arrays of more than 4,194,304 values and for files that unpack to more than 16 MiB
 */
export function readMat<Name extends string>(bytes: Uint8Array, names: readonly Name[]): Record<Name, MatArray> {
  const found = new Map<string, MatArray>();
  const others: string[] = [];
  for (const matrix of matricesOf(bytes)) {
    const { name } = matrix;
    if (!(names as readonly string[]).includes(name)) others.push(name);
    else if (found.has(name)) throw new FormatProblem(`it has two variables '${name}'`);
    else found.set(name, valuesOf(matrix));
  }
  const missing = names.find((name) => !found.has(name));
  if (missing !== undefined) {
    const got = others.length === 0 ? "" : `, but ${others.slice(0, 5).map(quoted).join(", ")}`;
    throw new FormatProblem(`it has no variable '${missing}'${got}`);
  }
  return Object.fromEntries(found) as Record<Name, MatArray>;
}

/** A variable, its values not yet read. */
interface Matrix {
  readonly name: string;
  readonly shape: readonly number[];
  readonly flags: number;
  /** What follows its name. */
  readonly rest: Uint8Array;
  readonly isLittleEndian: boolean;
}

function* matricesOf(bytes: Uint8Array): Generator<Matrix> {
  const { isLittleEndian, end } = readMatHeader(bytes);
  let budget = MAX_UNPACKED_BYTES;
  for (let at = end; at < bytes.length; ) {
    let element = readElement(bytes, at, isLittleEndian);
    at = element.end;
    if (element.type === ELEMENT.compressed) {
      const unpacked = unpack(element.data, budget);
      budget -= unpacked.length;
      element = readElement(unpacked, 0, isLittleEndian);
    }
    if (element.type !== ELEMENT.matrix)
      throw new FormatProblem(`it has an unexpected element of type ${element.type}`);
    // A matrix without any content is how an empty one may be stored.
    if (element.data.length > 0) yield readMatrix(element.data, isLittleEndian);
  }
}

function unpack(compressed: Uint8Array, budget: number): Uint8Array {
  try {
    return inflateSync(compressed, { maxOutputLength: Math.max(1, budget) });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") throw new FormatProblem(`it unpacks to more than ${MAX_UNPACKED_BYTES} bytes`);
    throw new FormatProblem(
      code === "Z_BUF_ERROR" ? "its compressed data is truncated" : "its compressed data is damaged",
    );
  }
}

function readMatrix(bytes: Uint8Array, isLittleEndian: boolean): Matrix {
  const flags = readElement(bytes, 0, isLittleEndian);
  if (flags.type !== ELEMENT.uint32 || flags.data.length !== 8)
    throw new FormatProblem("it has an array without flags");
  const dimensions = readElement(bytes, flags.end, isLittleEndian);
  const name = readElement(bytes, dimensions.end, isLittleEndian);
  return {
    name: nameOf(name),
    shape: shapeOf(dimensions, isLittleEndian),
    flags: viewOf(flags.data).getUint32(0, isLittleEndian),
    rest: bytes.subarray(name.end),
    isLittleEndian,
  };
}

function nameOf({ type, data }: MatElement): string {
  if ((type !== ELEMENT.int8 && type !== ELEMENT.utf8) || data.length > MAX_NAME_BYTES) {
    throw new FormatProblem("it has an array without a name");
  }
  return Buffer.from(data).toString("utf8");
}

function shapeOf({ type, data }: MatElement, isLittleEndian: boolean): number[] {
  const rank = data.length / 4;
  if (type !== ELEMENT.int32 || !Number.isInteger(rank) || rank < 2 || rank > MAX_RANK) {
    throw new FormatProblem("it has an array without dimensions");
  }
  const view = viewOf(data);
  const shape = Array.from({ length: rank }, (_, axis) => view.getInt32(axis * 4, isLittleEndian));
  if (shape.some((side) => side < 0)) throw new FormatProblem(`it has an array of the shape ${shape.join(" x ")}`);
  return shape;
}

function valuesOf({ name, shape, flags, rest, isLittleEndian }: Matrix): MatArray {
  const kind = flags & 0xff;
  if (kind < FIRST_NUMERIC || kind > LAST_NUMERIC) {
    throw new FormatProblem(
      `its '${name}' is ${OTHER_CLASSES[kind] ?? `of the unknown class ${kind}`}, expected numbers`,
    );
  }
  if ((flags & COMPLEX_FLAG) !== 0) throw new FormatProblem(`its '${name}' is complex, expected real numbers`);
  const count = shape.reduce((product, side) => product * side, 1);
  if (count > MAX_VALUES)
    throw new FormatProblem(`its '${name}' claims ${count} values, expected at most ${MAX_VALUES}`);
  return { data: readNumbers(readElement(rest, 0, isLittleEndian), count, isLittleEndian), shape };
}

function quoted(name: string): string {
  return `'${name}'`;
}
