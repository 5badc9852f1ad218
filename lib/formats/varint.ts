import { FormatProblem } from "./problem";

/** Values of a byte's lower bits; its highest bit says that another byte follows. */
const BYTE_VALUES = 128;
const MOST_BYTES = 5;
const LARGEST = 2 ** 31 - 1;

/** Whole numbers from 0 to 2^31 - 1, seven bits a byte, the lowest first: small ones take one byte. */
export function encodeVarints(values: Int32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * MOST_BYTES);
  let at = 0;
  for (let value of values) {
    while (value >= BYTE_VALUES) {
      bytes[at++] = (value % BYTE_VALUES) + BYTE_VALUES;
      value = Math.floor(value / BYTE_VALUES);
    }
    bytes[at++] = value;
  }
  return bytes.slice(0, at);
}

/** @throws FormatProblem unless the bytes are exactly `count` numbers */
export function decodeVarints(bytes: Uint8Array, count: number): Int32Array {
  // Each takes a byte at least, so that a wrong count asks for no memory.
  if (count > bytes.length) throw new FormatProblem(`expected ${count} numbers, got ${bytes.length} bytes`);
  const values = new Int32Array(count);
  let at = 0;
  for (let index = 0; index < count; index++) {
    let [value, unit] = [0, 1];
    for (let byte = bytes[at++]; ; byte = bytes[at++]) {
      if (byte === undefined) throw new FormatProblem(`expected ${count} numbers, got ${index}`);
      value += (byte % BYTE_VALUES) * unit;
      unit *= BYTE_VALUES;
      if (value > LARGEST || unit > LARGEST * BYTE_VALUES)
        throw new FormatProblem(`expected numbers up to ${LARGEST}, got ${value}`);
      if (byte < BYTE_VALUES) break;
    }
    values[index] = value;
  }
  if (at !== bytes.length) throw new FormatProblem(`expected ${count} numbers, got more`);
  return values;
}
