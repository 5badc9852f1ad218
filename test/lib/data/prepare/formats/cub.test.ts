import { readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../../../lib/data/dataset";
import { cornersOf } from "../../../../../lib/data/prepare/formats/cub";
import { prepare } from "../../../../../lib/data/prepare/prepare";
import { caught } from "../../../../support/caught";
import { BIRD_SIZE, BIRDS, cubTree } from "../../../../support/sources/cub";
import { type Tree, writeTree } from "../../../../support/sources/tree";
import { temporaryFolder } from "../../../../support/temporary-folder";

const folder = temporaryFolder();
let tree: Tree;
let source: string;

beforeAll(async () => {
  tree = await cubTree();
  source = await writeTree(join(folder, "source"), tree);
});

test("gives the reference's splits, labels from 0, sizes and boxes, in the order of images.txt", async () => {
  const out = join(folder, "cub");
  const result = await prepare("cub", source, out);
  expect(result).toMatchObject({ status: "prepared", classes: 4, splits: { train: 12, test: 6 }, problems: [] });
  const data = await Dataset.open(out);
  expect(data.classes).toEqual(["001.Black_footed_Albatross", "002.Wîld Dück", "003.Dodo", "004.Wren"]);
  for (const [name, isTrain] of [
    ["train", true],
    ["test", false],
  ] as const) {
    const split = data.split(name);
    const birds = BIRDS.filter((bird) => bird.isTrain === isTrain);
    expect(split.ids).toEqual(birds.map(({ path }) => path));
    expect([...split.labels]).toEqual(birds.map(({ label }) => label));
    expect(split.sizes).toEqual(birds.map(() => BIRD_SIZE));
    expect(split.boxes).toEqual(birds.map(({ box }) => [box]));
    expect(split.masks).toBeNull();
    const { path } = birds[0]!;
    expect(readlinkSync(split.imagePath(0))).toBe(join(source, "CUB_200_2011/images", path));
    expect(readFileSync(split.imagePath(0))).toEqual(tree[`CUB_200_2011/images/${path}`]);
  }
  // What the counts should be is said, and does not stop.
  expect(result.differences).toEqual([
    "4 classes, published are 200",
    "12 images in train, published are 5994",
    "6 images in test, published are 5794",
  ]);
  expect(result.notes.filter((note) => note.includes("CMYK"))).toHaveLength(
    BIRDS.filter((b) => b.kind === "cmyk").length,
  );
});

// The set's own rows, and what the reference evaluator's published metadata has for them.
test.each([
  ["0046_18", [60, 27, 325, 304], [500, 335], [60, 27, 385, 331]],
  ["0002_55", [14, 112, 388, 186], [500, 347], [14, 112, 402, 298]],
] as const)("the published rule gives the reference's box of Black_Footed_Albatross_%s", (_, xywh, size, box) => {
  expect(cornersOf(xywh, size)).toEqual(box);
});

test.each([
  ["that ends with the image", [1, 2, 499, 286], [1, 2, 499, 288]],
  ["that goes beyond both borders", [400, 300, 200, 100], [400, 300, 499, 334]],
  ["of fractions", [1.9, 2.9, 10.2, 10.05], [1, 2, 12, 12]],
] as const)("a box %s is cut off at the last column and row, in whole numbers", (_, xywh, box) => {
  expect(cornersOf(xywh, [500, 335])).toEqual(box);
});

describe("refuses, with file and line,", () => {
  const changed: readonly (readonly [what: string, file: string, change: (text: string) => string, message: string])[] =
    [
      [
        "a label of no class",
        "image_class_labels.txt",
        (t) => t.replace("1 1\r", "1 5\r"),
        ':1: expected a class from 1 to 4, got "5"',
      ],
      [
        "a label from 0",
        "image_class_labels.txt",
        (t) => t.replace("1 1\r", "1 0\r"),
        ':1: expected a class from 1 to 4, got "0"',
      ],
      ["a split that is neither", "train_test_split.txt", (t) => t.replace("2 1", "2 2"), ":2: expected a line like"],
      ["a number twice", "bounding_boxes.txt", (t) => t.replace(/^3 /m, "2 "), ":3: expected each number once"],
      ["an image without a box", "bounding_boxes.txt", (t) => t.replace(/^3 .*\n/m, ""), "expected a line for image 3"],
      ["a gap between the classes", "classes.txt", (t) => t.replace("3 003", "5 003"), ":4: expected class 3"],
      ["text that is not UTF-8", "classes.txt", (t) => t, "expected UTF-8 text"],
    ];
  test.each(changed)("%s", async (_, file, change, message) => {
    const path = `CUB_200_2011/${file}`;
    const text = change(tree[path] as string);
    const content = message.includes("UTF-8") ? Buffer.from(text, "latin1") : text;
    const root = await writeTree(join(folder, "damaged"), { ...tree, [path]: content });
    const error = await caught(() => prepare("cub", root, join(folder, "out-of-damaged"), { force: true }));
    expect(error).toMatchObject({ code: "ERR_WSOL_DATA" });
    expect(error.message).toContain(`damaged/${path}`);
    expect(error.message).toContain(message);
    rmSync(root, { recursive: true });
  });
});
