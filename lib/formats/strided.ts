import type { MemoryBudget } from "./memory-budget";
import { FormatProblem } from "./problem";

/** A tensor in memory that it may share with others. */
export interface StridedTensor {
  readonly shape: readonly number[];
  /** In elements. */
  readonly strides: readonly number[];
  /** In elements. */
  readonly offset: number;
}

/**
 * The elements of a tensor in row-major order: a view of the memory where they lie so, else a copy.
 * @param itemBytes Bytes of an element.
 * @throws FormatProblem when the tensor reaches beyond the memory, or a copy beyond the budget
 */
export function rowMajorBytes(
  memory: Uint8Array,
  itemBytes: number,
  { shape, strides, offset }: StridedTensor,
  budget: MemoryBudget,
): Uint8Array {
  if (shape.includes(0)) return new Uint8Array(0);
  const count = shape.reduce((product, side) => product * side, 1);
  const last = shape.reduce((position, side, axis) => position + (side - 1) * strides[axis]!, offset);
  if ((last + 1) * itemBytes > memory.byteLength) throw new FormatProblem("it reaches beyond its storage");
  const expected = rowMajorStrides(shape);
  if (shape.every((side, axis) => side === 1 || strides[axis] === expected[axis])) {
    return memory.subarray(offset * itemBytes, (offset + count) * itemBytes);
  }
  budget.take(count * itemBytes, "a tensor that is not row-major");
  return copied(memory, itemBytes, { shape, strides, offset }, count);
}

function copied(memory: Uint8Array, itemBytes: number, tensor: StridedTensor, count: number): Uint8Array {
  const { shape, strides, offset } = tensor;
  const rows = new Uint8Array(count * itemBytes);
  const position = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < rows.length; ) {
    for (let byte = from * itemBytes, end = byte + itemBytes; byte < end; ) rows[to++] = memory[byte++]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      position[axis] = 0;
    }
  }
  return rows;
}

/** Strides, in elements, of a tensor whose last axis runs fastest. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * Math.max(side, 1), 1));
}

/** Strides, in elements, of a tensor whose first axis runs fastest: Fortran's order. */
export function columnMajorStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(0, axis).reduce((product, side) => product * Math.max(side, 1), 1));
}
