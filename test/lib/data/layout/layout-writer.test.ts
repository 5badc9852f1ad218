import { existsSync, readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { Dataset } from "../../../../lib/data/dataset";
import {
  type LayoutImage,
  publishMetadata,
  writeLayoutFile,
  writeSplitMetadata,
} from "../../../../lib/data/layout/layout-writer";
import { caught } from "../../../support/caught";
import { temporaryFolder } from "../../../support/temporary-folder";

const root = temporaryFolder();
const fresh = () => mkdtemp(join(root, "set-"));
const image = (id: string, fields: Partial<LayoutImage> = {}): LayoutImage => ({
  id,
  labels: [0],
  size: [40, 30],
  boxes: [],
  masks: [],
  ignore: null,
  ...fields,
});
const linesOf = (folder: string, split: string, name: string) =>
  readFileSync(join(folder, "metadata", split, name), "utf8")
    .split("\n")
    .slice(0, -1);

test("what is written is what the reader reads: sizes, several boxes, several masks, one ignore file", async () => {
  const folder = await fresh();
  await writeLayoutFile(folder, "images", "bird/a b.jpg", Buffer.from("bytes"));
  const a = image("bird/a b.jpg", {
    labels: [1],
    boxes: [{ box: [1, 2, 3, 4] }, { box: [5, 6, 7, 8] }],
    masks: [{ path: "a-0.png" }, { path: "a-1.png" }],
    ignore: "a-ignore.png",
  });
  const b = image("b.jpg", { boxes: [{ box: [0, 0, 39, 29] }], masks: [{ path: "b.png" }] });
  await writeSplitMetadata(folder, "test", [a, b]);
  expect(existsSync(join(folder, "metadata"))).toBe(false);
  await publishMetadata(folder, ["tern", "wren"]);

  const dataset = await Dataset.open(folder);
  const split = dataset.split("test");
  expect(dataset.classes).toEqual(["tern", "wren"]);
  expect(split.ids).toEqual(["bird/a b.jpg", "b.jpg"]);
  expect([...split.labels]).toEqual([1, 0]);
  expect(split.sizes).toEqual([
    [40, 30],
    [40, 30],
  ]);
  expect(split.boxes).toEqual([a.boxes.map(({ box }) => box), b.boxes.map(({ box }) => box)]);
  expect(split.masks).toEqual([
    { instances: ["a-0.png", "a-1.png"], ignore: "a-ignore.png" },
    { instances: ["b.png"], ignore: null },
  ]);
  expect(readFileSync(split.imagePath(0), "utf8")).toBe("bytes");
});

test("masks alone stand in localization.txt, and images without either leave no such file", async () => {
  const folder = await fresh();
  await writeSplitMetadata(folder, "train", [image("a.jpg", { size: null })]);
  await writeSplitMetadata(folder, "test", [image("b.jpg", { size: null, masks: [{ path: "b.png" }] })]);
  await publishMetadata(folder, null);
  expect(linesOf(folder, "test", "localization.txt")).toEqual(["b.jpg,b.png,"]);
  for (const name of ["image_sizes.txt", "masks.txt"]) {
    expect(existsSync(join(folder, "metadata", "test", name))).toBe(false);
  }
  expect(existsSync(join(folder, "metadata", "train", "localization.txt"))).toBe(false);
});

test("several labels give boxes and masks a class column, and every mask line its ignore path", async () => {
  const folder = await fresh();
  await writeSplitMetadata(folder, "train", [
    image("a.jpg", {
      labels: [0, 2],
      boxes: [
        { box: [1, 2, 3, 4], label: 2 },
        { box: [0, 0, 9, 9], label: 0 },
      ],
      masks: [
        { path: "a-0.png", label: 0 },
        { path: "a-2.png", label: 2 },
      ],
      ignore: "void.png",
    }),
  ]);
  await publishMetadata(folder, ["a", "b", "c"]);
  expect(linesOf(folder, "train", "class_labels.txt")).toEqual(["a.jpg,0;2"]);
  expect(linesOf(folder, "train", "localization.txt")).toEqual(["a.jpg,1,2,3,4,2", "a.jpg,0,0,9,9,0"]);
  expect(linesOf(folder, "train", "masks.txt")).toEqual(["a.jpg,a-0.png,void.png,0", "a.jpg,a-2.png,void.png,2"]);
});

test("a file where a folder is needed is ERR_WSOL_WRITE", async () => {
  const folder = await fresh();
  await writeLayoutFile(folder, "images", "taken", Buffer.from("x"));
  const error = await caught(() => writeLayoutFile(folder, "images", "taken/a.jpg", Buffer.from("x")));
  expect(error.code).toBe("ERR_WSOL_WRITE");
});
