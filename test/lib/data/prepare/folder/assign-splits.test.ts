import { assignSplits } from "../../../../../lib/data/prepare/folder/assign-splits";
import { sortFiles } from "../../../../../lib/data/prepare/folder/sort-files";
import { caught } from "../../../../support/caught";

const classes = sortFiles("photos", ["a/1.jpg", "a/2.jpg", "a/3.jpg", "b/1.jpg", "b/2.jpg"]);
const named = sortFiles("photos", ["train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg"]);

test("folders that name splits have them, others are drawn for each class", () => {
  expect(assignSplits("photos", named, null, { split: undefined, seed: 0 })).toEqual(["test", "train", "train"]);
  const drawn = assignSplits("photos", classes, null, { split: [60, 20, 20], seed: 0 });
  expect([drawn.slice(0, 3).toSorted(), drawn.slice(3).toSorted()]).toEqual([
    ["test", "train", "val"],
    ["test", "train"],
  ]);
});

test("groups are those of a class: the same key in another class is another group", () => {
  const keys = ["x", "x", "x", "x", "y"];
  for (let seed = 0; seed < 20; seed++) {
    const drawn = assignSplits("photos", classes, keys, { split: [50, 0, 50], seed });
    expect(drawn.slice(0, 3)).toEqual(["train", "train", "train"]);
    expect(drawn.slice(3).toSorted()).toEqual(["test", "train"]);
  }
});

test.each([
  [
    "a split beside folders that name them",
    named,
    [80, 10, 10],
    "ERR_WSOL_ARGUMENT",
    "expected no 'split' for 'photos', whose folders name the splits, got 80,10,10",
  ],
  [
    "no split",
    classes,
    undefined,
    "ERR_WSOL_ARGUMENT",
    "expected 'split' for 'photos', whose folders are classes (a, b)",
  ],
  [
    "one class",
    sortFiles("photos", ["a/1.jpg"]),
    [80, 10, 10],
    "ERR_WSOL_DATA",
    "expected at least two classes in 'photos', got only 'a'",
  ],
  ["shares of another sum", classes, [80, 10, 20], "ERR_WSOL_ARGUMENT", "that make 100"],
] as const)("refuses %s", async (_, files, split, code, message) => {
  const error = await caught(() => assignSplits("photos", files, null, { split, seed: 0 }));
  expect(error.code).toBe(code);
  expect(error.message).toContain(message);
});
