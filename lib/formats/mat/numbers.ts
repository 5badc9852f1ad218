import { FormatProblem } from "../problem";
import { type MatElement, viewOf } from "./elements";

interface NumberType {
  readonly bytes: number;
  readonly read: (view: DataView, at: number, isLittleEndian: boolean) => number;
}

/** By element type (MAT-File Format, table 1-1); values are stored in the smallest type that holds all of an array. */
const NUMBER_TYPES: Readonly<Record<number, NumberType>> = {
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at, isLittle) => view.getInt16(at, isLittle) },
  4: { bytes: 2, read: (view, at, isLittle) => view.getUint16(at, isLittle) },
  5: { bytes: 4, read: (view, at, isLittle) => view.getInt32(at, isLittle) },
  6: { bytes: 4, read: (view, at, isLittle) => view.getUint32(at, isLittle) },
  7: { bytes: 4, read: (view, at, isLittle) => view.getFloat32(at, isLittle) },
  9: { bytes: 8, read: (view, at, isLittle) => view.getFloat64(at, isLittle) },
  12: { bytes: 8, read: (view, at, isLittle) => exact(view.getBigInt64(at, isLittle)) },
  13: { bytes: 8, read: (view, at, isLittle) => exact(view.getBigUint64(at, isLittle)) },
};

/** Reads exactly `count` numbers of whatever type; memory is asked for after the comparison. @throws FormatProblem */
export function readNumbers({ type, data }: MatElement, count: number, isLittleEndian: boolean): Float64Array {
  const numbers = NUMBER_TYPES[type];
  if (numbers === undefined) throw new FormatProblem(`it has numbers of the unknown type ${type}`);
  if (data.length !== count * numbers.bytes) {
    throw new FormatProblem(`it has ${data.length} bytes for ${count} numbers of ${numbers.bytes} bytes`);
  }
  const view = viewOf(data);
  return Float64Array.from({ length: count }, (_, index) => numbers.read(view, index * numbers.bytes, isLittleEndian));
}

function exact(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new FormatProblem(`it has the number ${value}, which no double holds`);
  return number;
}
