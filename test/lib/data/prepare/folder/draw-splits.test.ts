import { checkShares, drawSplits } from "../../../../../lib/data/prepare/folder/draw-splits";
import type { SplitName } from "../../../../../lib/data/split";
import { caught } from "../../../../support/caught";

const shares = (train: number, val: number, test: number) => ({ train, val, test });
const single = (count: number) => new Array<null>(count).fill(null);

function counts(splits: readonly SplitName[]): number[] {
  return (["train", "val", "test"] as const).map((name) => splits.filter((split) => split === name).length);
}

test.each([
  [1, [1, 0, 0]],
  [2, [1, 0, 1]],
  [3, [1, 1, 1]],
  [4, [2, 1, 1]],
  [5, [3, 1, 1]],
  [9, [7, 1, 1]],
  [10, [8, 1, 1]],
  [15, [12, 1, 2]],
  [100, [80, 10, 10]],
  [1003, [803, 100, 100]],
])("80,10,10 of %d images: train first, then one for test and val each", (count, expected) => {
  const drawn = counts(drawSplits("cat", single(count), shares(80, 10, 10), 0));
  expect(drawn).toEqual(expected);
});

test("a share of 0 gets nothing, and small shares keep a training image", () => {
  expect(counts(drawSplits("cat", single(2), shares(80, 0, 20), 0))).toEqual([1, 0, 1]);
  expect(counts(drawSplits("cat", single(50), shares(100, 0, 0), 0))).toEqual([50, 0, 0]);
  expect(counts(drawSplits("cat", single(1), shares(1, 49, 50), 0))).toEqual([1, 0, 0]);
  expect(counts(drawSplits("cat", single(3), shares(1, 49, 50), 0))).toEqual([1, 1, 1]);
  expect(counts(drawSplits("cat", [], shares(80, 10, 10), 0))).toEqual([0, 0, 0]);
});

test("the same seed draws the same, another seed or class something else", () => {
  const draw = (name: string, seed: number) => drawSplits(name, single(60), shares(60, 20, 20), seed).join();
  expect(draw("cat", 3)).toBe(draw("cat", 3));
  expect(draw("cat", 4)).not.toBe(draw("cat", 3));
  expect(draw("dog", 3)).not.toBe(draw("cat", 3));
});

test("every image is as likely to be tested as its share says", () => {
  const tested = new Array<number>(10).fill(0);
  for (let seed = 0; seed < 2000; seed++) {
    drawSplits("cat", single(10), shares(80, 10, 10), seed).forEach((split, image) => {
      if (split === "test") tested[image]!++;
    });
  }
  // 200 are expected of 2,000; five standard deviations are 67.
  for (const count of tested) expect(Math.abs(count - 200)).toBeLessThan(67);
});

test("groups stay whole, and the shares are met as nearly as they allow", () => {
  const keys = ["a", "a", "a", "a", "b", "b", "b", "c", "c", null, null, null];
  for (let seed = 0; seed < 200; seed++) {
    const splits = drawSplits("cat", keys, shares(50, 25, 25), seed);
    for (const key of ["a", "b", "c"]) {
      expect(new Set(splits.filter((_, image) => keys[image] === key)).size).toBe(1);
    }
    expect(counts(splits)).toEqual([6, 3, 3]);
  }
});

test("one group is training alone; of two the smaller is tested", () => {
  expect(counts(drawSplits("cat", ["a", "a", "a"], shares(80, 10, 10), 0))).toEqual([3, 0, 0]);
  expect(counts(drawSplits("cat", ["a", "a", "b", "b", "b"], shares(80, 10, 10), 0))).toEqual([3, 0, 2]);
  expect(counts(drawSplits("cat", ["a", "a", "b", "b", "b", null], shares(80, 10, 10), 0))).toEqual([3, 2, 1]);
});

test("a class of 100,000 images is drawn at once", () => {
  const started = performance.now();
  expect(counts(drawSplits("cat", single(100_000), shares(80, 10, 10), 0))).toEqual([80_000, 10_000, 10_000]);
  expect(performance.now() - started).toBeLessThan(5000);
});

test.each([
  ["two numbers", [80, 20]],
  ["another sum", [80, 10, 5]],
  ["a negative one", [120, -10, -10]],
  ["none for train", [0, 50, 50]],
  ["NaN", [Number.NaN, 50, 50]],
  ["no array", "80,10,10" as unknown as number[]],
])("refuses %s as shares", async (_, wrong) => {
  expect(await caught(() => checkShares(wrong))).toMatchObject({
    code: "ERR_WSOL_ARGUMENT",
    message: expect.stringContaining("such as 80,10,10 for 'split'"),
  });
  expect(checkShares([70.5, 9.5, 20])).toEqual(shares(70.5, 9.5, 20));
});
