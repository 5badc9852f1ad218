import { oxfordFlowers } from "../../../../../lib/data/prepare/formats/oxford-flowers";
import type { MaskEntry } from "../../../../../lib/data/prepare/source-format";
import { decodeGreyPng } from "../../../../../lib/formats/png";
import { caught } from "../../../../support/caught";
import { madeUpMat } from "../../../../support/made-up-mat";
import { FLOWER_BOX, FLOWER_SIZE, flowersTree } from "../../../../support/sources/oxford-flowers";
import { readTree } from "../../../../support/sources/source-of";
import type { Tree } from "../../../../support/sources/tree";

let tree: Tree;
beforeAll(async () => {
  tree = await flowersTree();
});

const read = (changes: Tree = {}) => readTree(oxfordFlowers, { ...tree, ...changes });
const refusal = async (changes: Tree) => (await caught(() => read(changes))).message;
const setid = (sets: Readonly<Record<string, readonly number[]>>) =>
  madeUpMat(Object.entries(sets).map(([name, values]) => ({ name, shape: [1, values.length], values })));

describe("the format oxford-flowers", () => {
  test("takes trnid, valid and tstid as train, val and test, in their order, with labels from 0", async () => {
    const { classes, splits, problems } = await read();
    const rows = (split: "train" | "val" | "test") => splits[split]!.map(({ entry, labels }) => [entry, ...labels]);
    expect(rows("train")).toEqual([
      ["jpg/image_00005.jpg", 3],
      ["jpg/image_00001.jpg", 0],
      ["jpg/image_00003.jpg", 2],
      ["jpg/image_00002.jpg", 0],
      ["jpg/image_00004.jpg", 2],
      ["jpg/image_00006.jpg", 3],
    ]);
    expect(rows("val").map(([entry]) => entry)).toEqual([9, 7, 8].map((n) => `jpg/image_0000${n}.jpg`));
    expect(rows("test").map(([entry]) => entry)).toEqual([10, 11, 12].map((n) => `jpg/image_000${n}.jpg`));
    expect(splits.train![0]!.id).toBe("image_00005.jpg");
    expect(classes).toEqual(["1", "2", "3", "4"]);
    expect(problems).toEqual([]);
  });

  test("makes the mask of what is not blue", async () => {
    const { splits } = await read();
    const { masks, ignore, files } = splits.train![0]!.masks!;
    expect([masks, ignore]).toEqual([[{ path: "segmim_00005.png" }], null]);
    const [png] = await (files[0] as MaskEntry).make!(Buffer.from(tree[files[0]!.entry] as Uint8Array));
    const { data, width, height } = await decodeGreyPng(png!);
    expect([width, height]).toEqual(FLOWER_SIZE);
    const [x0, y0, x1, y1] = FLOWER_BOX;
    const expected = Array.from({ length: width * height }, (_, at) => {
      const [x, y] = [at % width, Math.floor(at / width)];
      return x >= x0 && x <= x1 && y >= y0 && y <= y1 ? 255 : 0;
    });
    expect([...data]).toEqual(expected);
  });

  test("a segmentation that is no image is refused in the words of the decoder", async () => {
    const { splits } = await read();
    const { make } = splits.train![0]!.masks!.files[0] as MaskEntry;
    expect((await caught(() => make!(Buffer.from("GIF89a")))).name).toBe("FormatProblem");
  });

  test("takes names from a file beside the images, by line or by number", async () => {
    expect((await read({ "classes.txt": "rose\r\ntulip\r\niris\r\nlily\r\n" })).classes).toEqual([
      "rose",
      "tulip",
      "iris",
      "lily",
    ]);
    const json = JSON.stringify({ 2: "tulip", 1: "rose", 4: "lily", 3: "iris", 5: "none" });
    expect((await read({ "cat_to_name.json": json })).classes).toEqual(["rose", "tulip", "iris", "lily"]);
    expect(await refusal({ "classes.txt": "rose\n" })).toContain("expected a name for class 2, found none");
    expect(await refusal({ "cat_to_name.json": "{" })).toContain("expected JSON");
    expect(await refusal({ "cat_to_name.json": "[1]" })).toContain("expected a name for class 1, found none");
  });

  test("names the file that is no MAT-file, lacks a variable, or has numbers that cannot be", async () => {
    expect(await refusal({ "setid.mat": "words" })).toBe(
      "cannot read 'source/setid.mat': it is no MAT-file of version 5",
    );
    expect(await refusal({ "setid.mat": setid({ trnid: [1], valid: [2] }) })).toBe(
      "cannot read 'source/setid.mat': it has no variable 'tstid'",
    );
    expect(await refusal({ "setid.mat": setid({ trnid: [1], valid: [2], tstid: [15] }) })).toBe(
      "source/setid.mat: expected images from 1 to 14 in 'tstid', got 15",
    );
    expect(await refusal({ "setid.mat": setid({ trnid: [1], valid: [2], tstid: [0] }) })).toContain("got 0");
    expect(await refusal({ "setid.mat": setid({ trnid: [1], valid: [2], tstid: [1] }) })).toBe(
      "source/setid.mat: expected image 1 once, it is in 'trnid' and in 'tstid'",
    );
    const labels = madeUpMat([{ name: "labels", shape: [1, 2], values: [1, 0] }]);
    expect(await refusal({ "imagelabels.mat": labels })).toBe(
      "source/imagelabels.mat: expected a class from 1 to 1000 for image 2, got 0",
    );
  });
});
