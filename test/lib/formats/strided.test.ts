import { MemoryBudget } from "../../../lib/formats/memory-budget";
import { columnMajorStrides, rowMajorBytes, rowMajorStrides } from "../../../lib/formats/strided";
import { caught } from "../../support/caught";
import { randomNumbers } from "../../support/random-numbers";

const budget = () => new MemoryBudget(0);

test("strides of row-major and column-major tensors", () => {
  expect(rowMajorStrides([2, 3, 4])).toEqual([12, 4, 1]);
  expect(columnMajorStrides([2, 3, 4])).toEqual([1, 2, 6]);
  expect(rowMajorStrides([])).toEqual([]);
});

test("what lies row-major is a view, what does not is a copy", () => {
  const memory = Uint8Array.of(0, 1, 2, 3, 4, 5);
  const view = rowMajorBytes(memory, 1, { shape: [1, 2, 2], strides: [9, 2, 1], offset: 1 }, budget());
  expect([...view]).toEqual([1, 2, 3, 4]);
  expect(view.buffer).toBe(memory.buffer);
  const copy = rowMajorBytes(memory, 1, { shape: [2, 3], strides: [1, 2], offset: 0 }, budget());
  expect([...copy]).toEqual([0, 2, 4, 1, 3, 5]);
});

test("a tensor of a side of zero is empty, wherever it begins", () => {
  const empty = { shape: [2 ** 52, 0, 2 ** 52], strides: [0, 0, 0], offset: 1000 };
  expect(rowMajorBytes(new Uint8Array(1), 4, empty, budget())).toHaveLength(0);
});

test("items of 1 to 8 bytes, anywhere in memory and in any stride, are those of an index by index copy", () => {
  const numbers = randomNumbers(7);
  const random = () => Math.floor(numbers() * 2 ** 32);
  for (let trial = 0; trial < 2000; trial++) {
    const itemBytes = [1, 2, 4, 8][random() % 4]!;
    const shape = Array.from({ length: random() % 4 }, () => 1 + (random() % 4));
    const strides = shape.map(() => random() % 5);
    const offset = random() % 4;
    const count = 1 + shape.reduce((last, side, axis) => last + (side - 1) * strides[axis]!, offset);
    const memory = Uint8Array.from({ length: count * itemBytes + 9 }, () => random()).subarray(random() % 9);
    const found = rowMajorBytes(memory, itemBytes, { shape, strides, offset }, budget());
    const expected: number[] = [];
    const walk = (axis: number, item: number): void => {
      if (axis === shape.length) expected.push(...memory.subarray(item * itemBytes, (item + 1) * itemBytes));
      else for (let index = 0; index < shape[axis]!; index++) walk(axis + 1, item + index * strides[axis]!);
    };
    walk(0, offset);
    expect([...found]).toEqual(expected);
  }
});

test("one item beyond the memory is refused", async () => {
  const tensor = { shape: [2, 2], strides: [1, 2], offset: 1 };
  const error = await caught(() => rowMajorBytes(new Uint8Array(16), 4, tensor, budget()));
  expect(error.message).toBe("it reaches beyond its storage");
  expect(rowMajorBytes(new Uint8Array(20), 4, tensor, budget())).toHaveLength(16);
});
