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
  const rows = new Uint8Array(count * itemBytes);
  // In a file, memory may begin anywhere.
  const wordBytes = memory.byteOffset % itemBytes === 0 ? Math.min(itemBytes, 4) : 1;
  const perItem = itemBytes / wordBytes;
  const [source, target] = [wordsOf(memory, wordBytes), wordsOf(rows, wordBytes)];
  // Axes of one item take no step.
  const axes = tensor.shape.map((side, axis) => ({ side, step: tensor.strides[axis]! * perItem }));
  const outer = axes.filter(({ side }) => side > 1);
  const row = outer.pop() ?? { side: 1, step: 0 };
  const position = outer.map(() => 0);
  for (let to = 0, start = tensor.offset * perItem; to < target.length; ) {
    for (let item = 0, from = start; item < row.side; item++, from += row.step) {
      for (let word = 0; word < perItem; word++) target[to++] = source[from + word]!;
    }
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const { side, step } = outer[axis]!;
      start += step;
      if (++position[axis]! < side) break;
      start -= side * step;
      position[axis] = 0;
    }
  }
  return rows;
}

function wordsOf(
  { buffer, byteOffset, byteLength }: Uint8Array,
  wordBytes: number,
): Uint8Array | Uint16Array | Uint32Array {
  const count = Math.floor(byteLength / wordBytes);
  if (wordBytes === 1) return new Uint8Array(buffer, byteOffset, count);
  return wordBytes === 2 ? new Uint16Array(buffer, byteOffset, count) : new Uint32Array(buffer, byteOffset, count);
}

/** Strides, in elements, of a tensor whose last axis runs fastest. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  return columnMajorStrides(shape.toReversed()).reverse();
}

/** Strides, in elements, of a tensor whose first axis runs fastest: Fortran's order. */
export function columnMajorStrides(shape: readonly number[]): number[] {
  let stride = 1;
  return shape.map((side) => {
    const own = stride;
    stride *= Math.max(side, 1);
    return own;
  });
}
