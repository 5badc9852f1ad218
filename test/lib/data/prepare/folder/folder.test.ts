import { lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { Dataset } from "../../../../../lib/data/dataset";
import { prepare } from "../../../../../lib/data/prepare/prepare";
import { decodeGreyPng } from "../../../../../lib/formats/png";
import { caught } from "../../../../support/caught";
import { greyPng } from "../../../../support/made-up-png";
import { temporaryFolder } from "../../../../support/temporary-folder";

// Many files are written.
jest.setTimeout(60_000);

const root = temporaryFolder();
let next = 0;
let jpeg: Buffer;
let turned: Buffer;

beforeAll(async () => {
  const pixels = { create: { width: 40, height: 30, channels: 3, background: "#a05020" } } as const;
  jpeg = await sharp(pixels).jpeg().toBuffer();
  turned = await sharp(pixels).jpeg().withMetadata({ orientation: 6 }).toBuffer();
});

/** A new folder with files of the given content; true is a JPEG of 40 x 30 pixels. */
function write(files: Readonly<Record<string, string | Uint8Array | true>>): string {
  const folder = join(root, String(next++));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content === true ? jpeg : content);
  }
  return folder;
}

const out = () => join(root, String(next++), "set");
const SPLITS = {
  "train/cat/1.jpg": true,
  "train/dog/1.jpg": true,
  "test/cat/2.jpg": true,
  "test/dog/2.jpg": true,
} as const;

test("a folder with every trap becomes a data set that says what was made of it", async () => {
  const folder = write({
    ...{ "Training/Löwe/a b.jpg": true, "Training/Löwe/more/2024, may.jpg": true, "Training/cat;dog/1.JPEG": true },
    ...{
      "valid/Löwe/v;1.jpg": true,
      "valid/cat;dog/10%25.jpg": true,
      "test/Löwe/t.jpg": true,
      "test/cat;dog/t.jpg": true,
    },
    ...{
      "test/only tested/t.jpg": true,
      "Training/Löwe/.hidden.jpg": true,
      "test/Löwe/Thumbs.db": "x",
      "notes.txt": "hello",
    },
    ...{ "Training/Löwe/clip.mp4": "x", "test/Löwe/broken.jpg": "no image", "test/Löwe/empty.jpg": "" },
  });
  const set = out();
  const result = await prepare("folder", folder, set);
  expect(result.splits).toEqual({ train: 3, val: 2, test: 3 });
  expect(result.notes).toEqual([
    "the folder 'Training' is the train split",
    "the folder 'valid' is the val split",
    "2 files not taken, no images in a class folder: Training/Löwe/clip.mp4, notes.txt",
    "2 images stored under another name, since commas and backslashes cannot stand in the metadata: " +
      "Training/Löwe/more/2024, may.jpg as Training/Löwe/more/2024%2C may.jpg, valid/cat;dog/10%25.jpg as valid/cat;dog/10%2525.jpg",
    "1 class without an image in train: only tested",
    "1 class without an image in val: only tested",
  ]);
  expect(result.problems.map(({ split, image, problem }) => [split, image, problem])).toEqual([
    ["test", "test/Löwe/broken.jpg", "is not an image of a known kind"],
    ["test", "test/Löwe/empty.jpg", "is empty (0 bytes)"],
  ]);
  const data = await Dataset.open(set);
  expect(data.classes).toEqual(["Löwe", "cat;dog", "only tested"]);
  expect(data.split("train").ids).toEqual([
    "Training/Löwe/a b.jpg",
    "Training/Löwe/more/2024%2C may.jpg",
    "Training/cat;dog/1.JPEG",
  ]);
  expect([...data.split("train").labels]).toEqual([0, 0, 1]);
  expect(data.split("test").boxes).toBeNull();
  expect(readFileSync(data.split("train").imagePath(1))).toEqual(jpeg);
  expect(readlinkSync(data.split("train").imagePath(1))).toBe(join(folder, "Training/Löwe/more/2024, may.jpg"));
});

test("class folders are split by class and seed, and grouped by name", async () => {
  const names = ["cat", "dog"].flatMap((name) =>
    Array.from({ length: 20 }, (_, i) => `${name}/${Math.floor(i / 4)}_${i}.jpg`),
  );
  const folder = write(Object.fromEntries(names.map((name) => [name, true as const])));
  const ids = async (options: object) => {
    const set = out();
    await prepare("folder", folder, set, { split: [60, 20, 20], ...options });
    const data = await Dataset.open(set);
    return ["train", "val", "test"].map((split) => data.split(split).ids);
  };
  const [plain, again, other, grouped] = [
    await ids({}),
    await ids({ copy: true }),
    await ids({ seed: 1 }),
    await ids({ group: "^(\\d+)_" }),
  ];
  expect(plain.map((split) => split.length)).toEqual([24, 8, 8]);
  expect(again).toEqual(plain);
  expect(other).not.toEqual(plain);
  expect(grouped.map((split) => split.length)).toEqual([24, 8, 8]);
  const keys = grouped.map((split) => new Set(split.map((id) => id.replace(/_.*/, ""))));
  expect(keys.map((set) => set.size)).toEqual([6, 2, 2]);
});

test("boxes of a CSV file are matched, clipped and reported; train may lack them", async () => {
  const folder = write({ ...SPLITS, "test/dog/3.jpg": true, "test/cat/4.jpg": true });
  const boxes = join(write({ "b.csv": "" }), "b.csv");
  writeFileSync(
    boxes,
    "image,x,y,w,h\ntest/cat/2.jpg,1,2,10,5\ncat/2.jpg,-3,0,50,10\ndog/2.jpg,5,5,1,1\ndog/3.jpg,50,0,4,4\ntrain/cat/1.jpg,0,0,5,5\n",
  );
  const set = out();
  const result = await prepare("folder", folder, set, { boxes });
  expect(result.notes).toEqual([
    "1 of the 2 images of train have no boxes: train goes without",
    "'test/dog/3.jpg' has a box 50,0,53,3 that lies outside the image of 40x30 pixels (line 5): left out",
    "1 box of 1 image reached beyond the image: clipped, first of 'test/cat/2.jpg'",
  ]);
  expect(result.problems.map(({ image, problem }) => [image, problem])).toEqual([
    ["test/cat/4.jpg", "has no boxes"],
    ["test/dog/3.jpg", "has no boxes"],
  ]);
  const data = await Dataset.open(set);
  expect(data.split("train").boxes).toBeNull();
  expect(data.split("test").boxes).toEqual([
    [
      [1, 2, 10, 6],
      [0, 0, 39, 9],
    ],
    [[5, 5, 5, 5]],
  ]);
});

test("COCO's and VOC's boxes of the same objects are the same", async () => {
  const object = (name: string, box: number[]) =>
    `<object><name>${name}</name><bndbox>${["xmin", "ymin", "xmax", "ymax"].map((tag, i) => `<${tag}>${box[i]}</${tag}>`).join("")}</bndbox></object>`;
  const xml = (...objects: string[]) =>
    `<annotation><size><width>40</width><height>30</height></size>${objects.join("")}</annotation>`;
  const withXml = write({
    ...SPLITS,
    "test/cat/2.xml": xml(object("cat", [2, 3, 11, 7]), object("person", [1, 1, 5, 5])),
    "test/dog/2.xml": xml(object("dog", [1, 1, 40, 30])),
    "train/cat/1.xml": "<annotation>",
    "train/cat/note.xml": "<other/>",
  });
  const annotation = (image_id: number, category_id: number, bbox: number[]) => ({ image_id, category_id, bbox });
  const coco = write({
    "c.json": JSON.stringify({
      images: [
        { id: 1, file_name: "cat/2.jpg", width: 40, height: 30 },
        { id: 2, file_name: "dog/2.jpg" },
      ],
      annotations: [annotation(1, 1, [1, 2, 10, 5]), annotation(1, 3, [0, 0, 5, 5]), annotation(2, 2, [0, 0, 40, 30])],
      categories: [
        { id: 1, name: "cat" },
        { id: 2, name: "dog" },
        { id: 3, name: "person" },
      ],
    }),
  });
  const [fromXml, fromCoco, zeroBased] = [out(), out(), out()];
  const result = await prepare("folder", withXml, fromXml);
  await prepare("folder", write(SPLITS), fromCoco, { boxes: join(coco, "c.json") });
  await prepare("folder", withXml, zeroBased, { xmlZeroBased: true });
  const boxesOf = async (set: string) => (await Dataset.open(set)).split("test").boxes;
  expect(await boxesOf(fromXml)).toEqual([[[1, 2, 10, 6]], [[0, 0, 39, 29]]]);
  expect(await boxesOf(fromCoco)).toEqual(await boxesOf(fromXml));
  expect(await boxesOf(zeroBased)).toEqual([[[2, 3, 11, 7]], [[1, 1, 39, 29]]]);
  expect(result.notes).toEqual([
    "1 file not taken, no images in a class folder: train/cat/note.xml",
    "boxes from 3 XML files beside the images",
    "1 box of a class other than the image's left out: 'person'",
  ]);
  expect(result.problems).toMatchObject([{ split: "train", image: "train/cat/1.jpg", entry: "train/cat/1.xml" }]);
});

test("boxes of another size than the image's are left out, and a turned photograph is told of", async () => {
  const folder = write({ ...SPLITS, "test/cat/2.jpg": turned });
  const boxes = join(
    write({
      "b.csv": "filename,width,height,xmin,ymin,xmax,ymax\ncat/2.jpg,30,40,1,1,5,5\ntest/dog/2.jpg,40,30,1,1,5,5\n",
    }),
    "b.csv",
  );
  const result = await prepare("folder", folder, out(), { boxes });
  expect(result.notes).toContain(
    "'test/cat/2.jpg' is 40x30 pixels as stored, for the boxes 30x40 (line 2); turn the stored image upright first: left out",
  );
  expect(result.problems).toMatchObject([{ image: "test/cat/2.jpg", problem: "has no boxes" }]);
});

test("masks become black and white, beside boxes or alone; one of another size is a problem of its image", async () => {
  const folder = write(SPLITS);
  const grey = (value: number) =>
    greyPng(
      40,
      30,
      Array.from({ length: 1200 }, (_, i) => (i < 40 ? value : 0)),
    );
  const masks = write({ "cat/2.png": grey(1), "dog/2_mask.png": grey(200), "other.png": grey(1) });
  const set = out();
  const result = await prepare("folder", folder, set, { masks });
  expect(result.notes).toEqual([`${masks}: 1 mask of no image: other.png`]);
  const { split } = { split: (await Dataset.open(set)).split("test") };
  expect(split.masks).toEqual([
    { instances: ["test/cat/2.jpg.png"], ignore: null },
    { instances: ["test/dog/2.jpg.png"], ignore: null },
  ]);
  const { data } = await decodeGreyPng(readFileSync(join(set, "masks/test/cat/2.jpg.png")));
  expect([data[0], data[39], data[40]]).toEqual([255, 255, 0]);
  writeFileSync(join(masks, "cat/2.png"), greyPng(3, 1, [1, 1, 1]));
  const wrong = await prepare("folder", folder, out(), { masks });
  expect(wrong.problems).toMatchObject([
    { image: "test/cat/2.jpg", entry: "cat/2.png", problem: "is 3x1 pixels, its image 40x30" },
  ]);
});

test("boxes and masks that lie in the source are no classes", async () => {
  const folder = write({ "cat/1.jpg": true, "dog/1.jpg": true, "boxes.csv": "cat/1.jpg,1,1,2,2\ndog/1.jpg,1,1,2,2\n" });
  mkdirSync(join(folder, "masks", "cat"), { recursive: true });
  for (const name of ["cat", "dog"]) {
    mkdirSync(join(folder, "masks", name), { recursive: true });
    writeFileSync(join(folder, "masks", name, "1.png"), greyPng(40, 30, new Array(1200).fill(1)));
  }
  const set = out();
  const result = await prepare("folder", folder, set, {
    ...{ split: [100, 0, 0], boxes: join(folder, "boxes.csv"), masks: join(folder, "masks") },
  });
  expect([result.notes, result.problems]).toEqual([[], []]);
  const train = (await Dataset.open(set)).split("train");
  expect([train.ids, train.boxes?.length, train.masks?.length]).toEqual([["cat/1.jpg", "dog/1.jpg"], 2, 2]);
});

test("the same again changes nothing; a box that moved, another seed or mask is another set", async () => {
  const folder = write({ "a/1.jpg": true, "b/1.jpg": true });
  const boxes = join(write({ "b.csv": "a/1.jpg,1,1,2,2\nb/1.jpg,1,1,2,2\n" }), "b.csv");
  const set = out();
  const again = () => prepare("folder", folder, set, { split: [100, 0, 0], boxes });
  expect((await again()).status).toBe("prepared");
  utimesSync(boxes, 1, 1);
  expect((await again()).status).toBe("unchanged");
  writeFileSync(boxes, "a/1.jpg,1,1,3,3\nb/1.jpg,1,1,2,2\n");
  expect(await caught(again)).toMatchObject({ code: "ERR_WSOL_WRITE", fix: expect.stringContaining("force") });
  await prepare("folder", folder, set, { split: [100, 0, 0], boxes, force: true });
  expect((await Dataset.open(set)).split("train").boxes?.[0]).toEqual([[1, 1, 3, 3]]);
  expect(await caught(() => prepare("folder", folder, set, { split: [100, 0, 0], boxes, seed: 3 }))).toMatchObject({
    code: "ERR_WSOL_WRITE",
  });
});

test("an annotation that is edited in place makes another set", async () => {
  const xml = (edge: number) =>
    `<annotation><object><name>a</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>${edge}</xmax><ymax>9</ymax></bndbox></object></annotation>`;
  const folder = write({ "a/1.jpg": true, "a/1.xml": xml(5), "b/1.jpg": true });
  const set = out();
  const again = () => prepare("folder", folder, set, { split: [100, 0, 0] });
  await again();
  expect((await again()).status).toBe("unchanged");
  writeFileSync(join(folder, "a/1.xml"), xml(6));
  expect((await caught(again)).code).toBe("ERR_WSOL_WRITE");
});

test("a source that is refused leaves the folder free for the corrected one", async () => {
  const folder = write({ "a/1.jpg": true, "b/1.jpg": true });
  const boxes = join(write({ "b.csv": "a/1.jpg,1,1\n" }), "b.csv");
  const set = out();
  const again = () => prepare("folder", folder, set, { split: [100, 0, 0], boxes });
  expect((await caught(again)).code).toBe("ERR_WSOL_DATA");
  writeFileSync(boxes, "a/1.jpg,1,1,2,2\nb/1.jpg,1,1,2,2\n");
  expect((await again()).status).toBe("prepared");
});

test("--val takes whole groups of a folder's train split", async () => {
  const files = ["a", "b"].flatMap((name) => ["x_1", "x_2", "y_1", "z_1"].map((image) => `train/${name}/${image}.jpg`));
  const folder = write(Object.fromEntries(files.map((file) => [file, true as const])));
  const set = out();
  await prepare("folder", folder, set, { val: 1, group: "^._", seed: 2 });
  const data = await Dataset.open(set);
  for (const name of ["a", "b"]) {
    const splitsOf = (prefix: string) =>
      ["train", "val"].filter((split) => data.split(split).ids.some((id) => id.startsWith(`train/${name}/${prefix}`)));
    expect(splitsOf("x_")).toHaveLength(1);
  }
});

test.each([
  ["no split for class folders", {}, "ERR_WSOL_ARGUMENT", "expected 'split' for"],
  ["a split that is no hundred", { split: [80, 10, 0] }, "ERR_WSOL_ARGUMENT", "that make 100"],
  ["an expression that is none", { split: [80, 10, 10], group: "(" }, "ERR_WSOL_ARGUMENT", "a regular expression"],
  [
    "boxes that are not there",
    { split: [80, 10, 10], boxes: "/none.csv" },
    "ERR_WSOL_DATA",
    "'/none.csv', which does not exist",
  ],
  ["a folder for boxes", { split: [80, 10, 10], boxes: "/" }, "ERR_WSOL_DATA", "'/', which is a folder"],
  [
    "masks that are not there",
    { split: [80, 10, 10], masks: "/none" },
    "ERR_WSOL_DATA",
    "'/none', which does not exist",
  ],
  [
    "a number for boxes",
    { split: [80, 10, 10], boxes: 7 as unknown as string },
    "ERR_WSOL_ARGUMENT",
    "expected a text for 'boxes'",
  ],
  [
    "XML's origin beside boxes",
    { split: [80, 10, 10], boxes: "b.csv", xmlZeroBased: true },
    "ERR_WSOL_ARGUMENT",
    "beside 'boxes'",
  ],
] as const)("refuses %s, and leaves no set", async (_, options, code, message) => {
  const set = out();
  const error = await caught(() =>
    prepare("folder", write({ "a/1.jpg": true, "b/1.jpg": true }), set, options as object),
  );
  expect(error.message).toContain(message);
  expect(error.code).toBe(code);
  expect(lstatSync(join(set, "metadata"), { throwIfNoEntry: false })).toBeUndefined();
});

test("settings of the folder have no effect on other formats, and are refused there", async () => {
  const error = await caught(() => prepare("cub", root, out(), { group: "x" }));
  expect(error).toMatchObject({
    code: "ERR_WSOL_ARGUMENT",
    message: expect.stringContaining("'group' has no effect on cub"),
  });
});

test("an annotation file of nothing but nesting is refused at once", async () => {
  const folder = write({ "a/1.jpg": true, "b/1.jpg": true });
  const boxes = join(write({ "deep.json": "[".repeat(2 ** 20) }), "deep.json");
  const started = performance.now();
  const error = await caught(() => prepare("folder", folder, out(), { split: [80, 10, 10], boxes }));
  expect(error).toMatchObject({ code: "ERR_WSOL_DATA", message: `cannot read '${boxes}': its root is not an object` });
  expect(performance.now() - started).toBeLessThan(5000);
});

test("strict stops at the first damaged image; aborting rejects with the reason", async () => {
  const folder = write({ ...SPLITS, "train/cat/0.jpg": "x" });
  expect(await caught(() => prepare("folder", folder, out(), { strict: true }))).toMatchObject({
    code: "ERR_WSOL_DATA",
    message: expect.stringContaining("train/cat/0.jpg"),
  });
  const reason = new Error("enough");
  expect(await caught(() => prepare("folder", folder, out(), { signal: AbortSignal.abort(reason) }))).toBe(reason);
});

test("10,000 images are prepared in seconds", async () => {
  const files: Record<string, true> = {};
  for (let i = 0; i < 10_000; i++) files[`class ${i % 20}/${Math.floor(i / 500)}_${i}.jpg`] = true;
  const folder = write(files);
  const lines = Object.keys(files).map((name) => `${name},1,1,20,20`);
  const boxes = join(write({ "b.csv": `image,x0,y0,x1,y1\n${lines.join("\n")}\n` }), "b.csv");
  const started = performance.now();
  const result = await prepare("folder", folder, out(), { split: [80, 10, 10], group: "^(\\d+)_", boxes });
  expect(Object.values(result.splits).reduce((sum, count) => sum + count, 0)).toBe(10_000);
  expect(performance.now() - started).toBeLessThan(60_000);
  rmSync(folder, { recursive: true });
});
