import { boxOf, voc2012 } from "../../../../../lib/data/prepare/formats/voc2012";
import type { MaskEntry } from "../../../../../lib/data/prepare/source-format";
import { decodeGreyPng } from "../../../../../lib/formats/png";
import { caught } from "../../../../support/caught";
import { greyPng, madeUpPng } from "../../../../support/made-up-png";
import { readTree } from "../../../../support/sources/source-of";
import type { Tree } from "../../../../support/sources/tree";
import { vocTree } from "../../../../support/sources/voc2012";

const ROOT = "VOCdevkit/VOC2012/";
let tree: Tree;
beforeAll(async () => {
  tree = await vocTree();
});

const read = (changes: Tree = {}) => readTree(voc2012, { ...tree, ...changes });
const without = (path: string): Tree => Object.fromEntries(Object.entries(tree).filter(([name]) => name !== path));

describe("the format voc2012", () => {
  test("takes the segmentation lists, the classes of the masks, and the boxes of those classes", async () => {
    const { classes, splits } = await read();
    expect(classes.length).toBe(20);
    const rows = (split: "train" | "test") =>
      splits[split]!.map(({ id, labels, boxes }) => [
        id,
        labels,
        (boxes as (size: [number, number]) => unknown)([20, 12]),
      ]);
    expect(rows("train")).toEqual([
      ["2007_000032.jpg", [14], [{ box: [3, 3, 8, 8], label: 14 }]],
      [
        "2009_000001.jpg",
        [7, 11],
        [
          { box: [10, 2, 19, 9], label: 7 },
          { box: [0, 0, 4, 5], label: 11 },
          { box: [0, 6, 4, 11], label: 11 },
        ],
      ],
    ]);
    expect(rows("test")).toEqual([
      ["2008_000003.jpg", [0], [{ box: [5, 4, 12, 7], label: 0 }]],
      [
        "2010_000004.jpg",
        [2, 19],
        [
          { box: [2, 6, 5, 10], label: 2 },
          { box: [12, 1, 18, 4], label: 19 },
        ],
      ],
    ]);
  });

  test("says where a box is the extent of a mask", async () => {
    const { notes, problems } = await read();
    expect(notes).toEqual([
      "'2010_000004.jpg' has no box of 'bird' in its annotation: the extent of its mask was taken",
    ]);
    expect(problems).toEqual([]);
  });

  test("makes one binary mask for each class, and one of void where there is any", async () => {
    const { splits } = await read();
    const masksOf = async (index: number) => {
      const { masks, ignore, files } = splits.train![index]!.masks!;
      const { entry, paths, make } = files[0] as MaskEntry;
      const made = await make!(Buffer.from(tree[entry] as Uint8Array));
      const sums = await Promise.all(
        made.map(async (png) => (await decodeGreyPng(png)).data.reduce((n, v) => n + (v === 255 ? 1 : 0), 0)),
      );
      return { masks, ignore, paths, sums };
    };
    expect(await masksOf(0)).toEqual({
      masks: [{ path: "2007_000032_person.png", label: 14 }],
      ignore: "2007_000032_void.png",
      paths: ["2007_000032_person.png", "2007_000032_void.png"],
      sums: [36, 64 - 36],
    });
    expect(await masksOf(1)).toEqual({
      masks: [
        { path: "2009_000001_cat.png", label: 7 },
        { path: "2009_000001_dog.png", label: 11 },
      ],
      ignore: null,
      paths: ["2009_000001_cat.png", "2009_000001_dog.png"],
      sums: [80, 60],
    });
  });

  test("rounds corners, counts them from 0 and keeps them in the image", () => {
    expect(boxOf([1, 1, 20, 12], [20, 12])).toEqual([0, 0, 19, 11]);
    expect(boxOf([1.5, 2.4, 19.5, 11.6], [20, 12])).toEqual([1, 1, 19, 11]);
    expect(boxOf([0, 0.2, 21, 13], [20, 12])).toEqual([0, 0, 19, 11]);
  });

  test("names images without a mask or an annotation, and those whose files cannot be read, and goes on", async () => {
    const mask = `${ROOT}SegmentationClass/2007_000032.png`;
    const annotation = `${ROOT}Annotations/2007_000032.xml`;
    const problemOf = async (changed: Tree) => {
      const { problems, splits } = await readTree(voc2012, changed);
      expect(splits.train!.map(({ id }) => id)).toEqual(["2009_000001.jpg"]);
      expect(problems.map(({ split, image }) => [split, image])).toEqual([["train", "2007_000032.jpg"]]);
      return [problems[0]!.entry, problems[0]!.problem];
    };
    const size = { width: 20, height: 12, depth: 8 };
    expect(await problemOf(without(mask))).toEqual([mask, "is not there"]);
    expect(await problemOf(without(annotation))).toEqual([annotation, "is not there"]);
    expect(await problemOf({ ...tree, [annotation]: "<a>" })).toEqual([
      annotation,
      expect.stringContaining("no well-formed XML"),
    ]);
    const colours = madeUpPng({ ...size, colour: 2, samples: new Array(720).fill(9) });
    expect(await problemOf({ ...tree, [mask]: colours })).toEqual([mask, expect.stringContaining("colours or alpha")]);
    const index21 = greyPng(20, 12, new Array(240).fill(21));
    expect(await problemOf({ ...tree, [mask]: index21 })).toEqual([
      mask,
      "cannot be read: expected palette indices from 0 to 20 and 255, got 21",
    ]);
    expect(await problemOf({ ...tree, [mask]: greyPng(20, 12, new Array(240).fill(255)) })).toEqual([
      mask,
      "has no class in it",
    ]);
    const swapped = String(tree[annotation]).replace("<xmin>4<", "<xmin>14<");
    expect(await problemOf({ ...tree, [annotation]: swapped })).toEqual([
      annotation,
      "has a box of 'person' whose corners are swapped",
    ]);
  });

  test("reads class masks that were stored as grey levels", async () => {
    const mask = `${ROOT}SegmentationClass/2008_000003.png`;
    const { splits } = await read({
      [mask]: greyPng(
        20,
        12,
        Array.from({ length: 240 }, (_, at) => (at === 84 ? 1 : 0)),
      ),
    });
    expect(splits.test![0]!.labels).toEqual([0]);
  });

  test("a list with something else than names is refused with its line", async () => {
    const list = `${ROOT}ImageSets/Segmentation/train.txt`;
    const { message } = await caught(() => read({ [list]: "2007_000032\n../x y\n" }));
    expect(message).toBe(`source/${list}:2: expected an image's name, got "../x y"`);
  });
});
