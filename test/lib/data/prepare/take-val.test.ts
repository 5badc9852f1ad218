import type { SourceImage, SourceSet } from "../../../../lib/data/prepare/source-format";
import { takeVal } from "../../../../lib/data/prepare/take-val";
import { caught } from "../../../support/caught";

const image = (id: string, labels: number[], group?: string): SourceImage => ({
  id,
  entry: id,
  labels,
  ...(group !== undefined && { group }),
});
const setOf = (train: SourceImage[], classes = 2): SourceSet => ({
  classes: Array.from({ length: classes }, (_, index) => `class ${index}`),
  splits: { train },
});
const idsOf = (images: readonly SourceImage[] | undefined) => (images ?? []).map(({ id }) => id);

test("keeps groups whole and both splits in the order of train", () => {
  const train = Array.from({ length: 12 }, (_, index) =>
    image(`${index}`, [index % 2], `group ${index % 2} ${index % 3}`),
  );
  const { splits } = takeVal(setOf(train), 1, 0);
  expect(splits.val).toHaveLength(4);
  expect([...idsOf(splits.train), ...idsOf(splits.val)].map(Number).sort((a, b) => a - b)).toEqual([...train.keys()]);
  for (const part of [splits.train!, splits.val!]) {
    const order = idsOf(part).map(Number);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }
  const groups = new Set(splits.val!.map(({ group }) => group));
  expect(splits.train!.filter(({ group }) => groups.has(group))).toEqual([]);
});

test("an image of several classes counts for each", () => {
  const train = [image("both", [0, 1]), image("a", [0]), image("b", [1])];
  for (let seed = 0; seed < 20; seed++) {
    const val = takeVal(setOf(train), 1, seed).splits.val!;
    const ofClass = (label: number) => val.filter(({ labels }) => labels.includes(label)).length;
    expect(ofClass(0)).toBeGreaterThan(0);
    expect(ofClass(1)).toBeGreaterThan(0);
  }
});

test("a class without images gives none, and one with too few is refused by name", async () => {
  const train = [image("a", [0]), image("b", [0])];
  expect(takeVal(setOf(train), 1, 0).splits.val).toHaveLength(1);
  const error = await caught(() => takeVal(setOf(train), 2, 0));
  expect(error.message).toBe("class 'class 0' has 2 images in train, of which val takes 2: none is left to train on");
});

test("a set with a val split of its own, or without train, is refused", async () => {
  const train = [image("a", [0]), image("b", [0])];
  const withVal = { ...setOf(train), splits: { train, val: [image("c", [0])] } };
  expect(await caught(() => takeVal(withVal, 1, 0))).toMatchObject({ code: "ERR_WSOL_ARGUMENT" });
  expect(await caught(() => takeVal({ ...setOf([]), splits: { test: train } }, 1, 0))).toMatchObject({
    code: "ERR_WSOL_ARGUMENT",
  });
});
