import type { MemoryBudget } from "./memory-budget";
import type { NpyHeader } from "./npy-header";
import { FormatProblem } from "./problem";
import { columnMajorStrides, rowMajorBytes, rowMajorStrides } from "./strided";

/**
 * The values of a `.npy` file, row-major and little-endian: a view of its bytes where they lie so, else a copy.
 * @throws FormatProblem unless the bytes are just as many as the shape needs
 */
export function npyValues(bytes: Uint8Array, header: NpyHeader, itemBytes: number, budget: MemoryBudget): Uint8Array {
  const { shape, dataStart, fortranOrder, dtype } = header;
  const expected = shape.reduce((product, side) => product * side, itemBytes);
  const memory = bytes.subarray(dataStart);
  if (memory.length !== expected) {
    const what = memory.length < expected ? "it is truncated" : "it has trailing bytes";
    throw new FormatProblem(`${what}: expected ${expected} bytes of values for its shape, got ${memory.length}`);
  }
  const strides = fortranOrder ? columnMajorStrides(shape) : rowMajorStrides(shape);
  const values = rowMajorBytes(memory, itemBytes, { shape, strides, offset: 0 }, budget);
  if (!dtype.startsWith(">") || itemBytes === 1) return values;
  budget.take(values.length, "an array of big-endian numbers");
  return swapped(values, itemBytes);
}

/** Bytes of items in the other order, a copy. */
export function swapped(values: Uint8Array, itemBytes: number): Uint8Array {
  const copy = Buffer.from(values);
  if (itemBytes === 8) copy.swap64();
  else if (itemBytes === 4) copy.swap32();
  else copy.swap16();
  return copy;
}
