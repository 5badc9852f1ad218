import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../../../lib/data/dataset";
import { decodeImage } from "../../../../../lib/data/images/decode";
import { prepare } from "../../../../../lib/data/prepare/prepare";
import { decodeGreyPng } from "../../../../../lib/formats/png";
import { caught } from "../../../../support/caught";
import { GIF, PET_BOX, PET_SIZE, PNG, petTree } from "../../../../support/sources/oxford-pet";
import { below, type Tree, tgzOf, writeTree } from "../../../../support/sources/tree";
import { temporaryFolder } from "../../../../support/temporary-folder";

const folder = temporaryFolder();
let tree: Tree;

beforeAll(async () => {
  tree = await petTree();
});

async function archives(name: string): Promise<string> {
  const annotations = await tgzOf(withFolder("annotations/"));
  const images = await tgzOf(withFolder("images/"));
  return writeTree(join(folder, name), { "annotations.tar.gz": annotations, "images.tar.gz": images });
}

function withFolder(name: string): Tree {
  return Object.fromEntries(Object.entries(below(tree, name)).map(([path, content]) => [name + path, content]));
}

test("reads both archives: lists as splits, labels from 0, a class without images, trimaps as masks", async () => {
  const out = join(folder, "pet");
  const result = await prepare("oxford-pet", await archives("both"), out);
  expect(result).toMatchObject({ classes: 3, splits: { train: 6, test: 4 }, problems: [] });
  const data = await Dataset.open(out);
  expect(data.classes).toEqual(["Abyssinian", "class 2", "yorkshire_terrier"]);
  const test = data.split("test");
  expect(test.ids).toEqual([
    "Abyssinian_34.jpg",
    "Abyssinian_5.jpg",
    "yorkshire_terrier_7.jpg",
    "yorkshire_terrier_8.jpg",
  ]);
  expect([...test.labels]).toEqual([0, 0, 2, 2]);
  expect(test.boxes).toBeNull();
  expect(test.masks![1]).toEqual({ instances: ["Abyssinian_5.png"], ignore: "Abyssinian_5_ignore.png" });
});

test("the animal is foreground and its border ignored, also where a palette paints the animal black", async () => {
  const [width, height] = PET_SIZE;
  const [x0, y0, x1, y1] = PET_BOX;
  for (const name of ["Abyssinian_5", "yorkshire_terrier_8"]) {
    const mask = await decodeGreyPng(readFileSync(join(folder, "pet", "masks", `${name}.png`)));
    const ignore = await decodeGreyPng(readFileSync(join(folder, "pet", "masks", `${name}_ignore.png`)));
    expect([mask.width, mask.height]).toEqual([width, height]);
    const sum = (data: Uint8Array) => data.reduce((total, value) => total + (value === 255 ? 1 : 0), 0);
    expect(sum(mask.data)).toBe((x1 - x0 - 1) * (y1 - y0 - 1));
    expect(sum(ignore.data)).toBe(2 * (x1 - x0) + 2 * (y1 - y0));
    expect(mask.data[(y0 + 1) * width + x0 + 1]).toBe(255);
    expect(ignore.data[y0 * width + x0]).toBe(255);
  }
});

test("a GIF of an image is stored as PNG with the same pixels, and images that are not what their names say are reported", async () => {
  const stored = join(folder, "pet", "images", `${GIF}.jpg`);
  const decoded = await decodeImage(stored, { cmyk: "refuse", applyOrientation: false });
  expect([decoded.width, decoded.height]).toEqual(PET_SIZE);
  expect(readFileSync(stored).subarray(1, 4).toString()).toBe("PNG");
  const { notes } = JSON.parse(readFileSync(join(folder, "pet", "prepare.json"), "utf8")).result;
  expect(notes).toContain(`${GIF}.jpg is a GIF, stored as PNG`);
  expect(notes).toContain(`${PNG}.jpg is a PNG, whatever its name says`);
});

test("an image whose trimap is missing or no trimap is reported and left out", async () => {
  const { "annotations/trimaps/Abyssinian_1.png": _, ...rest } = tree;
  const trimap = "annotations/trimaps/yorkshire_terrier_8.png";
  const root = await writeTree(join(folder, "without"), { ...rest, [trimap]: "no PNG" });
  const result = await prepare("oxford-pet", root, join(folder, "pet-without"));
  expect(result.splits).toEqual({ train: 5, test: 3 });
  expect(result.problems).toEqual([
    {
      split: "train",
      image: "Abyssinian_1.jpg",
      entry: "annotations/trimaps/Abyssinian_1.png",
      problem: "is not there",
    },
    { split: "test", image: "yorkshire_terrier_8.jpg", entry: trimap, problem: "cannot be read: it is no PNG" },
  ]);
});

test("a class number that two breeds share is refused with file and line", async () => {
  const list = "annotations/trainval.txt";
  const root = await writeTree(join(folder, "shared"), { ...tree, [list]: `${tree[list]}Beagle_1 1 2 1\n` });
  const error = await caught(() => prepare("oxford-pet", root, join(folder, "pet-shared")));
  expect(error.message).toMatch(/trainval\.txt:7: expected an image of class 1, Abyssinian, got "Beagle_1"/);
});
