import { FormatProblem } from "../problem";

/** One data element of a MAT-file: a tag of type and length, and its bytes. */
export interface MatElement {
  /** See {@link ELEMENT}. */
  readonly type: number;
  readonly data: Uint8Array;
  /** Where the next element begins, in bytes. */
  readonly end: number;
}

/** Element types that have a meaning of their own; the others are number types. */
export const ELEMENT = { int8: 1, int32: 5, uint32: 6, matrix: 14, compressed: 15, utf8: 16 } as const;

const HEADER_BYTES = 128;
const TAG_BYTES = 8;
const SMALL_DATA_BYTES = 4;
const HDF5_SIGNATURE = [0x89, 0x48, 0x44, 0x46];

export interface MatHeader {
  readonly isLittleEndian: boolean;
  /** Where the elements begin. */
  readonly end: number;
}

/** Reads the 128 bytes before the first element. @throws FormatProblem for files of other versions than 5 to 7 */
export function readMatHeader(bytes: Uint8Array): MatHeader {
  if (bytes.length === 0) throw new FormatProblem("the file is empty");
  if (HDF5_SIGNATURE.every((byte, index) => bytes[index] === byte)) throw version73();
  if (bytes.length < HEADER_BYTES) throw new FormatProblem("it is no MAT-file of version 5");
  const mark = String.fromCharCode(bytes[126]!, bytes[127]!);
  if (mark !== "IM" && mark !== "MI") {
    // Version 4 begins with a small number, version 5 with text.
    const isOld = bytes.subarray(0, 4).includes(0);
    throw new FormatProblem(isOld ? "it is a MAT-file of version 4, or none" : "it is no MAT-file of version 5");
  }
  const isLittleEndian = mark === "IM";
  const version = viewOf(bytes).getUint16(124, isLittleEndian);
  if (version === 0x0200) throw version73();
  if (version !== 0x0100) throw new FormatProblem(`its version is 0x${version.toString(16)}, expected 0x100`);
  return { isLittleEndian, end: HEADER_BYTES };
}

/**
 * Reads the element at `at`, in the long form or in the small one, whose data of up to four bytes lie in its tag. Elements
 * begin at multiples of eight bytes, but for the one after a compressed element. @throws FormatProblem when it is cut short
 */
export function readElement(bytes: Uint8Array, at: number, isLittleEndian: boolean): MatElement {
  if (at + TAG_BYTES > bytes.length) throw new FormatProblem("it is truncated");
  const view = viewOf(bytes);
  const first = view.getUint32(at, isLittleEndian);
  const smallBytes = first >>> 16;
  if (smallBytes !== 0) {
    if (smallBytes > SMALL_DATA_BYTES) throw new FormatProblem(`it has a small element of ${smallBytes} bytes`);
    const data = bytes.subarray(at + 4, at + 4 + smallBytes);
    return { type: first & 0xffff, data, end: at + TAG_BYTES };
  }
  const length = view.getUint32(at + 4, isLittleEndian);
  const end = at + TAG_BYTES + length;
  if (end > bytes.length) throw new FormatProblem("it is truncated");
  const padded = first === ELEMENT.compressed ? end : at + TAG_BYTES + Math.ceil(length / 8) * 8;
  return { type: first, data: bytes.subarray(at + TAG_BYTES, end), end: Math.min(padded, bytes.length) };
}

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function version73(): FormatProblem {
  return new FormatProblem("it is a MAT-file of version 7.3 (HDF5), expected version 5 to 7: save it with '-v7'");
}
