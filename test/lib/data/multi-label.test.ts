import { Dataset } from "../../../lib/data/dataset";
import { datasetFingerprint, describeDifference } from "../../../lib/data/fingerprint";
import { Pairs } from "../../../lib/data/pairs";
import type { Split } from "../../../lib/data/split";
import { splitFingerprint } from "../../../lib/data/split-fingerprint";
import { subsetOf } from "../../../lib/data/subset";
import type { WsolError } from "../../../lib/errors";
import { rejectionOf, removeTemporaryFolders, splitFiles, writeLayout } from "./layout";

afterEach(removeTemporaryFolders);

const LABELS = "a/1.jpg,2;0\nb/2.jpg,1\n";
const BOXES = "a/1.jpg,1,2,29,19,0\nb/2.jpg,0,0,5,5,1\na/1.jpg,3,3,4,4,2\na/1.jpg,5,5,6,6,0\n";
const MASKS = "a/1.jpg,1-0.png,void.png,0\na/1.jpg,1-2.png,,2\nb/2.jpg,2.png,,1\n";
const FILES = { "class_labels.txt": LABELS, "localization.txt": BOXES, "masks.txt": MASKS };

const open = async (changes: Record<string, string | null> = {}, more: Record<string, string> = {}) =>
  Dataset.open(await writeLayout({ ...splitFiles({ ...FILES, ...changes }), ...more }));
const openSplit = async (changes?: Record<string, string | null>): Promise<Split> =>
  (await open(changes)).split("test");

describe("a split whose images have several classes", () => {
  test("has one pair per image and class, classes ascending, with that class's boxes and masks", async () => {
    const split = await openSplit();
    expect([...split.labels]).toEqual([0, 2, 1]);
    expect([...split.labelOffsets!]).toEqual([0, 2, 3]);
    expect(split.boxes).toEqual([
      [
        [1, 2, 29, 19],
        [5, 5, 6, 6],
      ],
      [[3, 3, 4, 4]],
      [[0, 0, 5, 5]],
    ]);
    // The ignore file is the image's, in whichever of its lines it stands.
    expect(split.masks).toEqual([
      { instances: ["1-0.png"], ignore: "void.png" },
      { instances: ["1-2.png"], ignore: "void.png" },
      { instances: ["2.png"], ignore: null },
    ]);
  });

  test("takes the ignore path repeated in every line", async () => {
    const { masks } = await openSplit({ "masks.txt": MASKS.replace("1-2.png,,", "1-2.png,void.png,") });
    expect(masks![1]).toEqual({ instances: ["1-2.png"], ignore: "void.png" });
  });

  test("needs no class column where an image has one class", async () => {
    const { boxes } = await openSplit({ "localization.txt": BOXES.replace("0,0,5,5,1", "0,0,5,5") });
    expect(boxes![2]).toEqual([[0, 0, 5, 5]]);
  });

  test("makes the other splits alike, and the data set multi-label", async () => {
    const single = { "class_labels.txt": "a/1.jpg,0\nb/2.jpg,2\n", "localization.txt": null, "masks.txt": null };
    const both = await open({}, splitFiles(single, "train"));
    expect([both.isMultiLabel, [...both.split("train").labelOffsets!]]).toEqual([true, [0, 1, 2]]);
    expect(both.numClasses).toBe(3);
    expect((await open({ ...single, "image_sizes.txt": null })).isMultiLabel).toBe(false);
  });

  const labels = "class_labels.txt";
  const boxes = "localization.txt";
  const masks = "masks.txt";
  test.each([
    [
      "a box without its class",
      boxes,
      BOXES.replace("19,0", "19"),
      1,
      "expected a class, one of 0, 2, in a last column",
    ],
    [
      "a mask without its class",
      masks,
      MASKS.replace(",,2", ","),
      2,
      "expected a class, one of 0, 2, in a last column",
    ],
    [
      "a box of no class of its image",
      boxes,
      BOXES.replace("19,0", "19,1"),
      1,
      "expected a class of the image, one of 0, 2",
    ],
    ["a mask of no class of its image", masks, MASKS.replace(",,1", ",,2"), 3, "expected a class of the image, 1, in"],
    ["a label twice", labels, "a/1.jpg,2;2\nb/2.jpg,1\n", 1, "expected each label once"],
    ["an empty label", labels, "a/1.jpg,2;\nb/2.jpg,1\n", 1, "expected a 0-based integer label, or several as 0;3"],
    ["labels of one image in two lines", labels, "a/1.jpg,2\na/1.jpg,0\nb/2.jpg,1\n", 2, "expected one line per image"],
    ["a label beyond all reason", labels, "a/1.jpg,2;1000000\nb/2.jpg,1\n", 1, "expected a label below 1000000"],
  ])("refuses %s, naming file and line", async (_, file, text, line, message) => {
    const error = (await rejectionOf(openSplit({ [file]: text }))) as WsolError;
    expect(error).toMatchObject({ code: "ERR_WSOL_DATA", details: { line } });
    expect(error.message).toContain(`${file}:${line}: ${message}`);
  });

  test("refuses a label that classes.txt does not have", async () => {
    const error = (await rejectionOf(open({}, { "classes.txt": "a\nb\n" }))) as WsolError;
    expect(error.message).toContain('expected a label from 0 to 1 (classes.txt), got "a/1.jpg,2;0"');
  });

  test.each([
    ["boxes", { [boxes]: BOXES.replace(/a\/1.jpg,3.*\n/, "") }, "expected a box of class 2 of image 'a/1.jpg'"],
    ["masks", { [masks]: MASKS.replace(/.*,2\n/, "") }, "expected a mask of class 2 of image 'a/1.jpg'"],
  ])("refuses a class without %s, naming it", async (_, changes, message) => {
    expect(((await rejectionOf(openSplit(changes))) as WsolError).message).toContain(message);
  });
});

describe("Pairs", () => {
  test("of images with one class each are the images", () => {
    const pairs = new Pairs({ labels: Int32Array.of(4, 5), labelOffsets: null });
    expect([pairs.count, pairs.imageOf(1), pairs.of(1)]).toEqual([2, 1, { begin: 1, end: 2 }]);
    expect(pairs.labelsOfAll(Int32Array.of(1, 0))).toEqual(Int32Array.of(5, 4));
  });

  test("lead from images to pairs and back", async () => {
    const pairs = new Pairs(await openSplit());
    expect([0, 1, 2].map((pair) => pairs.imageOf(pair))).toEqual([0, 0, 1]);
    expect(pairs.ofAll([1, 0])).toEqual([2, 0, 1]);
    expect([pairs.has(0, 2), pairs.has(0, 1)]).toEqual([true, false]);
    expect(pairs.labelsOfAll(Int32Array.of(1, 0))).toEqual({
      values: Int32Array.of(1, 0, 2),
      offsets: Int32Array.of(0, 1, 3),
    });
  });
});

describe("what is made of such a split", () => {
  test("a subset keeps each image's classes, boxes and masks together", async () => {
    const dataset = await open();
    const { ids, labels, labelOffsets, boxes, masks } = subsetOf(dataset, 1, 3).split("test");
    const whole = dataset.split("test");
    const image = whole.ids.indexOf(ids[0]!);
    const [begin, end] = [whole.labelOffsets![image]!, whole.labelOffsets![image + 1]!];
    expect([...labels]).toEqual([...whole.labels.slice(begin, end)]);
    expect([...labelOffsets!]).toEqual([0, end - begin]);
    expect([boxes, masks]).toEqual([whole.boxes!.slice(begin, end), whole.masks!.slice(begin, end)]);
  });

  test("fingerprints tell the classes, their boxes, and nothing else", async () => {
    const bare = { "masks.txt": null };
    const of = async (changes: Record<string, string | null> = {}) =>
      splitFingerprint(await openSplit({ ...bare, ...changes }));
    const reordered = { "class_labels.txt": "b/2.jpg,1\na/1.jpg,0;2\n" };
    expect(await of(reordered)).toBe(await of());
    expect(await of({ "localization.txt": BOXES.replace("3,3,4,4", "3,3,4,5") })).not.toBe(await of());
    const without = { "class_labels.txt": "a/1.jpg,0\nb/2.jpg,1\n", "localization.txt": BOXES.replace(/.*,2\n/, "") };
    expect(await of(without)).not.toBe(await of());
    const [now, then] = [await open(bare), await open({ ...bare, ...without })];
    const names = ["test"] as const;
    expect(datasetFingerprint(now, names).splits).not.toEqual(datasetFingerprint(then, names).splits);
    const trained = (dataset: Dataset) => ({ ...datasetFingerprint(dataset, names), numClasses: 3 });
    expect(describeDifference(trained(now), trained(then))).toContain("the ids, labels or order of test");
  });
});
