import { existsSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../lib/data/dataset";
import type { WsolError } from "../../../lib/errors";
import { rejectionOf, removeTemporaryFolders, splitFiles, writeLayout } from "./layout";

afterAll(removeTemporaryFolders);

const open = async (files: Readonly<Record<string, string | Uint8Array>>) => Dataset.open(await writeLayout(files));
const openSplit = async (changes: Readonly<Record<string, string | null>>) =>
  (await open(splitFiles(changes))).split("test");

describe("Dataset.open", () => {
  it("reads ids, labels, sizes and boxes of each split", async () => {
    const data = await open({ ...splitFiles(), ...splitFiles({}, "train") });
    expect(data.splits).toEqual(["train", "test"]);
    expect(data.numClasses).toBe(2);
    expect(data.classes).toBeNull();
    const split = data.split("test");
    expect(split.ids).toEqual(["a/1.jpg", "b/2.jpg"]);
    expect([...split.labels]).toEqual([0, 1]);
    expect(split.sizes).toEqual([
      [30, 20],
      [40, 50],
    ]);
    expect(split.boxes).toEqual([[[1, 2, 29, 19]], [[0, 0, 5, 5]]]);
    expect(split.masks).toBeNull();
    expect(split.imagePath(1)).toBe(join(data.root, "images", "b/2.jpg"));
  });

  it.each([
    ["CRLF line ends", (text: string) => text.replaceAll("\n", "\r\n")],
    ["no final newline", (text: string) => text.trimEnd()],
    ["empty lines at the end", (text: string) => `${text}\n\n`],
    ["a byte order mark", (text: string) => `\ufeff${text}`],
  ])("reads files with %s alike", async (_, change) => {
    const files = splitFiles();
    const changed = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, change(text)]));
    const [expected, found] = [(await open(files)).split("test"), (await open(changed)).split("test")];
    expect([found.ids, found.labels, found.sizes, found.boxes]).toEqual([
      expected.ids,
      expected.labels,
      expected.sizes,
      expected.boxes,
    ]);
  });

  it("takes several boxes per image and lines in any order", async () => {
    const split = await openSplit({
      "class_labels.txt": "b/2.jpg,1\na/1.jpg,0\n",
      "localization.txt": "b/2.jpg,0,0,5,5\na/1.jpg,1,2,3,4\nb/2.jpg,6,6,7.5,7.5\n",
    });
    expect([...split.labels]).toEqual([0, 1]);
    expect(split.boxes).toEqual([
      [[1, 2, 3, 4]],
      [
        [0, 0, 5, 5],
        [6, 6, 7.5, 7.5],
      ],
    ]);
  });

  it("leaves out boxes of another class than the image's", async () => {
    const split = await openSplit({ "localization.txt": "a/1.jpg,1,2,3,4,0\na/1.jpg,1,1,9,9,1\nb/2.jpg,0,0,5,5,1\n" });
    expect(split.boxes).toEqual([[[1, 2, 3, 4]], [[0, 0, 5, 5]]]);
  });

  it("tells masks from boxes by the shape of the lines, and needs no sizes for them", async () => {
    const split = await openSplit({
      "image_sizes.txt": "",
      "localization.txt": "a/1.jpg,a/m0.png,a/ignore.png\na/1.jpg,a/m1.png,\nb/2.jpg,b/m.png,\n",
    });
    expect(split.boxes).toBeNull();
    expect(split.sizes).toBeNull();
    expect(split.masks).toEqual([
      { instances: ["a/m0.png", "a/m1.png"], ignore: "a/ignore.png" },
      { instances: ["b/m.png"], ignore: null },
    ]);
  });

  it("reads masks.txt beside boxes", async () => {
    const split = await openSplit({ "masks.txt": "a/1.jpg,a.png,\nb/2.jpg,b.png,\n" });
    expect(split.boxes).toHaveLength(2);
    expect(split.masks?.map(({ instances }) => instances)).toEqual([["a.png"], ["b.png"]]);
  });

  it.each(["", "\n", null])("takes a localization.txt of %j as neither boxes nor masks", async (text) => {
    const split = await openSplit({ "localization.txt": text, "image_sizes.txt": null });
    expect([split.boxes, split.masks]).toEqual([null, null]);
  });

  it("counts the classes of classes.txt, of metadata before those of the root", async () => {
    const root = await open({ ...splitFiles(), "classes.txt": "cat\ndog\nsnail\n" });
    expect([root.numClasses, root.classes]).toEqual([3, ["cat", "dog", "snail"]]);
    const both = await open({ ...splitFiles(), "classes.txt": "x\n", "metadata/classes.txt": "cat\ndog\n" });
    expect(both.classes).toEqual(["cat", "dog"]);
  });

  it("names the split that was meant", async () => {
    const data = await open(splitFiles());
    expect(() => data.split("tset")).toThrow(
      expect.objectContaining({ code: "ERR_WSOL_DATA", fix: "Did you mean 'test'?" }),
    );
    expect(data.has("test")).toBe(true);
    expect(data.has("val")).toBe(false);
  });
});

describe("Dataset.open rejects", () => {
  const ids = "image_ids.txt";
  const labels = "class_labels.txt";
  const sizes = "image_sizes.txt";
  const boxes = "localization.txt";
  it.each([
    ["an id with '..'", ids, "a/../1.jpg\n", 1],
    ["an id that is '..' at the end", ids, "a/1.jpg\nb/..\n", 2],
    ["an absolute id", ids, "/etc/passwd\n", 1],
    ["a Windows drive", ids, "C:/x.jpg\n", 1],
    ["a backslash", ids, "a\\1.jpg\n", 1],
    ["a NUL", ids, "a\u0000b.jpg\n", 1],
    ["a duplicate id", ids, "a/1.jpg\nb/2.jpg\na/1.jpg\n", 3],
    ["an id with a comma", ids, "a/1.jpg,0\n", 1],
    ["an empty line in the middle", ids, "a/1.jpg\n\nb/2.jpg\n", 2],
    ["a label that is no number", labels, "a/1.jpg,0\nb/2.jpg,cat\n", 2],
    ["a negative label", labels, "a/1.jpg,-1\nb/2.jpg,1\n", 1],
    ["a fractional label", labels, "a/1.jpg,0.5\nb/2.jpg,1\n", 1],
    ["a label beyond all reason", labels, "a/1.jpg,0\nb/2.jpg,999999999\n", 2],
    ["a label without its comma", labels, "a/1.jpg\n", 1],
    ["a label of an unknown image", labels, "a/1.jpg,0\nc/3.jpg,1\n", 2],
    ["two labels of one image", labels, "a/1.jpg,0\na/1.jpg,1\nb/2.jpg,0\n", 2],
    ["a size of zero", sizes, "a/1.jpg,0,20\nb/2.jpg,40,50\n", 1],
    ["a size that is no number", sizes, "a/1.jpg,30,20\nb/2.jpg,wide,50\n", 2],
    ["a box outside its image", boxes, "a/1.jpg,1,2,29,19\nb/2.jpg,0,0,5,51\n", 2],
    ["a box that starts left of its image", boxes, "a/1.jpg,-1,2,29,19\nb/2.jpg,0,0,5,5\n", 1],
    ["a box with x1 < x0", boxes, "a/1.jpg,9,2,8,19\nb/2.jpg,0,0,5,5\n", 1],
    ["a box with words", boxes, "a/1.jpg,1,2,3,4\nb/2.jpg,0,0,five,5\n", 2],
    ["a box of dots", boxes, "a/1.jpg,1,2,3,4\nb/2.jpg,0,0,..,5\n", 2],
    ["a mask line among boxes", boxes, "a/1.jpg,1,2,3,4\nb/2.jpg,b.png,\n", 2],
    ["a mask path with '..'", boxes, "a/1.jpg,../../x.png,\nb/2.jpg,b.png,\n", 1],
    ["an absolute ignore path", boxes, "a/1.jpg,a.png,/x.png\nb/2.jpg,b.png,\n", 1],
  ])("%s, naming file and line", async (_, file, text, line) => {
    const error = (await rejectionOf(openSplit({ [file]: text }))) as WsolError;
    expect(error).toMatchObject({ code: "ERR_WSOL_DATA", details: { line } });
    expect(error.message).toContain(join("metadata", "test", `${file}:${line}: `));
  });

  it.each([
    ["an empty split", { [ids]: "" }, ids],
    ["a missing image_ids.txt", { [ids]: null, [labels]: "" }, ids],
    ["a missing class_labels.txt", { [labels]: null }, labels],
    ["an image without a label", { [labels]: "a/1.jpg,0\n" }, "b/2.jpg"],
    ["an image without a size", { [sizes]: "a/1.jpg,30,20\n" }, "b/2.jpg"],
    ["an image without a box", { [boxes]: "a/1.jpg,1,2,3,4\n" }, "b/2.jpg"],
    ["boxes without sizes", { [sizes]: null }, sizes],
    ["boxes in masks.txt", { "masks.txt": "a/1.jpg,1,2,3,4\nb/2.jpg,1,2,3,4\n" }, "masks.txt"],
  ])("%s, naming it", async (_, changes, named) => {
    const error = (await rejectionOf(openSplit(changes))) as WsolError;
    expect(error.code).toBe("ERR_WSOL_DATA");
    expect(error.message).toContain(named);
  });

  it("a label that classes.txt does not have", async () => {
    const error = (await rejectionOf(open({ ...splitFiles(), "classes.txt": "cat\n" }))) as WsolError;
    expect(error).toMatchObject({ code: "ERR_WSOL_DATA", details: { line: 2, text: "b/2.jpg,1" } });
    expect(error.fix).toContain("count from 0");
  });

  it("a test label that the train split does not have", async () => {
    const train = splitFiles({ "class_labels.txt": "a/1.jpg,0\nb/2.jpg,0\n" }, "train");
    expect(await rejectionOf(open({ ...train, ...splitFiles() }))).toMatchObject({ code: "ERR_WSOL_DATA" });
  });

  it("text that is not UTF-8", async () => {
    const files = { ...splitFiles(), "metadata/test/image_ids.txt": Uint8Array.of(0x61, 0xff, 0xfe, 0x0a) };
    expect(await rejectionOf(open(files))).toMatchObject({ code: "ERR_WSOL_DATA" });
  });

  it("a folder that does not exist, or is no data set", async () => {
    expect(await rejectionOf(Dataset.open("/nowhere/at/all"))).toMatchObject({ code: "ERR_WSOL_DATA" });
    expect(await rejectionOf(open({ "readme.txt": "hello" }))).toMatchObject({ code: "ERR_WSOL_DATA" });
    expect(await rejectionOf(open({ "metadata/readme.txt": "hello" }))).toMatchObject({ code: "ERR_WSOL_DATA" });
  });
});

const SHARED = join(__dirname, "../../../../shared");
const FOD = join(SHARED, "data/fod-mini");
const whenShared = existsSync(FOD) ? it : it.skip;
if (!existsSync(FOD)) console.warn(`skipped: ${FOD} is not there`);

whenShared("opens the fod-mini photographs: 12 classes, 720, 120 and 300 images with one box each", async () => {
  const data = await Dataset.open(FOD);
  expect(data.numClasses).toBe(12);
  expect(data.splits.map((name) => data.split(name).ids.length)).toEqual([720, 120, 300]);
  for (const name of data.splits) expect(data.split(name).boxes?.every((boxes) => boxes.length === 1)).toBe(true);
});
