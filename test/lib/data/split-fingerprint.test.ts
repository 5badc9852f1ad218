import { makeSplit, type Split } from "../../../lib/data/split";
import { splitFingerprint } from "../../../lib/data/split-fingerprint";
import { caught } from "../../support/caught";
import { removeTemporaryFolders, writeLayout } from "./layout";

afterAll(removeTemporaryFolders);

const MASKS = { "masks/a.png": "one", "masks/i.png": "two" };
const FIELDS: Omit<Split, "imagePath" | "root"> = {
  name: "test",
  ids: ["a.jpg", "b.jpg"],
  labels: Int32Array.of(0, 1),
  labelOffsets: null,
  boxes: [[[0, 0, 3, 3]], [[1, 1, 2, 2]]],
  sizes: [
    [8, 9],
    [8, 9],
  ],
  masks: [
    { instances: ["a.png"], ignore: null },
    { instances: ["a.png"], ignore: "i.png" },
  ],
};

async function fingerprintOf(changes: Partial<typeof FIELDS> = {}, files: Record<string, string> = MASKS) {
  return splitFingerprint(makeSplit({ ...FIELDS, ...changes, root: await writeLayout(files) }));
}

describe("splitFingerprint", () => {
  test("is a SHA-256, the same for copies of one split in different places", async () => {
    const one = await fingerprintOf();
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(await fingerprintOf()).toBe(one);
  });

  test.each<[string, Partial<typeof FIELDS>, Record<string, string>?]>([
    ["an id", { ids: ["a.jpg", "c.jpg"] }],
    ["the order", { ids: ["b.jpg", "a.jpg"] }],
    ["a label", { labels: Int32Array.of(0, 2) }],
    ["swapped sizes", { sizes: FIELDS.sizes!.map(([width, height]) => [height, width] as const) }],
    ["a coordinate of a box", { boxes: [[[0, 0, 3, 4]], [[1, 1, 2, 2]]] }],
    ["no boxes", { boxes: null }],
    ["a byte of a mask", {}, { ...MASKS, "masks/a.png": "onf" }],
    ["a byte of an ignore file", {}, { ...MASKS, "masks/i.png": "tvo" }],
    ["no masks", { masks: null }],
  ])("changes with %s", async (_, changes, files = MASKS) => {
    expect(await fingerprintOf(changes, files)).not.toBe(await fingerprintOf());
  });

  test("does not depend on the names of mask files, and reads them from the folder that is given", async () => {
    const masks = [
      { instances: ["x.png"], ignore: null },
      { instances: ["x.png"], ignore: "y.png" },
    ];
    const elsewhere = await writeLayout({ "x.png": "one", "y.png": "two" });
    const split = makeSplit({ ...FIELDS, masks, root: await writeLayout({}) });
    expect(await splitFingerprint(split, { masksDir: elsewhere })).toBe(await fingerprintOf());
  });

  test("rejects a mask that is not there by its path, and an abort with its reason", async () => {
    const error = await caught(() => fingerprintOf({}, { "masks/a.png": "one" }));
    expect([error.code, error.message]).toEqual([
      "ERR_WSOL_MASK",
      expect.stringMatching(/^cannot read the mask '.*masks\/i\.png': there is no such file$/),
    ]);
    const split = makeSplit({ ...FIELDS, root: await writeLayout(MASKS) });
    expect(await caught(() => splitFingerprint(split, { signal: AbortSignal.abort("enough") }))).toBe("enough");
  });
});
