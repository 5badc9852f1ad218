import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Dataset } from "../../../../lib/data/dataset";
import { splitFingerprint } from "../../../../lib/data/split-fingerprint";
import { evaluateScoreMaps } from "../../../../lib/evaluate/score-maps/evaluate-score-maps";
import { encodeNpy } from "../../../../lib/formats/npy";
import { version } from "../../../../lib/version";
import { caught } from "../../../support/caught";
import { greyPng } from "../../../support/made-up-png";
import { temporaryFolder } from "../../../support/temporary-folder";

// Loaded machines need more than the default.
jest.setTimeout(60_000);

const parent = temporaryFolder();
let made = 0;

/** A folder of files given by their paths. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(parent, String(made++));
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Metadata of a split of images of 8x8. */
function split(name: string, ids: readonly string[], localization: string | null): Record<string, string> {
  const lines = (of: (id: string, at: number) => string) => `${ids.map(of).join("\n")}\n`;
  return {
    [`metadata/${name}/image_ids.txt`]: lines((id) => id),
    [`metadata/${name}/class_labels.txt`]: lines((id, at) => `${id},${at % 2}`),
    [`metadata/${name}/image_sizes.txt`]: lines((id) => `${id},8,8`),
    ...(localization !== null && { [`metadata/${name}/localization.txt`]: localization }),
  };
}

const BOXES = "a/1.jpg,0,0,5,5\nb.jpg,0,0,7,7\n";
const test2 = split("test", ["a/1.jpg", "b.jpg"], BOXES);
/** The box of {@link CORNER} is [0,0,2,2] from 0.5 on, where b's [0,0,3,3] has IoU 9/16. */
const CORNER = [1, 1, 0.5, 0, 1, 1, 0.5, 0, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0];
const npy = (values: readonly number[], height = 4, width = 4) => encodeNpy(Float64Array.from(values), [height, width]);
const corner = npy(CORNER);
const corner32 = Buffer.concat([
  Buffer.from(Buffer.from(corner.subarray(0, -128)).toString("latin1").replace("<f8", "<f4"), "latin1"),
  new Uint8Array(Float32Array.from(CORNER).buffer),
]);
const maps2 = { "a/1.jpg.npy": corner, "b.jpg.npy": corner };

const evaluate = (
  maps: Record<string, string | Uint8Array>,
  data: Record<string, string | Uint8Array>,
  options: Parameters<typeof evaluateScoreMaps>[2] = {},
) => evaluateScoreMaps(folderOf(maps), folderOf(data), options);

const refusal = async (act: () => unknown) => {
  const { code, message, details } = await caught(act);
  return { code, message: message.replace(/'[^']*\/(\d+)(\/[^']*)?'/g, "'DIR$2'"), details };
};

describe("evaluateScoreMaps", () => {
  test("evaluates the split `test` with step 0.001 and sigma 0.15, with no images and no LibTorch", async () => {
    const progress: unknown[] = [];
    const result = await evaluate(maps2, test2, { onProgress: (...counts) => progress.push(counts) });
    expect(result).toMatchObject({
      split: "test",
      images: 2,
      top1Cls: null,
      gtKnownLoc: 1,
      top1Loc: null,
      maxBoxAcc: { "0.3": 1, "0.5": 1, "0.7": 0.5 },
      bestThreshold: { "0.3": 0, "0.5": 0, "0.7": 0 },
      atSigma: { sigma: 0.15, gtKnownLoc: 1, top1Loc: null },
      atValThreshold: null,
      pxap: null,
      meanEntropy: null,
    });
    expect(result.curves.thresholds).toHaveLength(1000);
    expect(progress.at(-1)).toEqual([2, 2]);
  });

  test("says what was evaluated, and how", async () => {
    const [maps, data, masksDir] = [folderOf(maps2), folderOf(test2), folderOf({})];
    const { evaluated } = await evaluateScoreMaps(maps, data, { step: 0.5, sigma: 0.7, masksDir });
    expect(evaluated).toEqual({
      data,
      fingerprint: await splitFingerprint((await Dataset.open(data)).split("test")),
      masks: masksDir,
      step: 0.5,
      sigma: 0.7,
      model: null,
      scoreMaps: maps,
      package: version,
    });
    const plain = await evaluateScoreMaps(maps, data);
    expect(plain.evaluated).toMatchObject({ step: 0.001, sigma: 0.15, masks: null });
  });

  test("takes another split, step and sigma", async () => {
    const result = await evaluate(maps2, split("train", ["a/1.jpg", "b.jpg"], BOXES), {
      split: "train",
      step: 0.5,
      sigma: 0.7,
    });
    expect(result).toMatchObject({ split: "train", atSigma: { sigma: 0.7 } });
    expect(result.curves.thresholds).toEqual([0, 0.5]);
  });

  test("streams maps of many sizes and both precisions, one pixel among them, to the same result in any batches", async () => {
    const ids = Array.from({ length: 150 }, (_, at) => `${at}.jpg`);
    const boxes = ids.map((id) => `${id},0,0,7,7\n`).join("");
    const maps = Object.fromEntries(
      ids.map((id, at) => [`${id}.npy`, at % 50 === 49 ? npy([0.5], 1, 1) : at % 60 < 30 ? corner : corner32]),
    );
    const progress: number[] = [];
    const result = await evaluate(maps, split("test", ids, boxes), { onProgress: (done) => progress.push(done) });
    expect(result).toMatchObject({ images: 150, gtKnownLoc: 1 });
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(150);
  });

  test("chooses the threshold on `val` where the folder has all its maps", async () => {
    const data = { ...test2, ...split("val", ["v.jpg"], "v.jpg,0,0,3,3\n") };
    // The true box of v is [0,0,1,1], which only the box from 0.5 on meets with 4/9: the level 0.5 is never reached.
    const never = await evaluate({ ...maps2, "v.jpg.npy": corner }, data);
    // No threshold of `val` is better than another, so none is chosen.
    expect(never.atValThreshold).toBeNull();
    const one = npy([1, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2]);
    const chosen = await evaluate({ ...maps2, "v.jpg.npy": one }, data);
    expect(chosen.atValThreshold).toEqual({ threshold: 0.2, gtKnownLoc: 1, top1Loc: null });
    expect((await evaluate(maps2, data)).atValThreshold).toBeNull();
  });

  test("evaluates masks below the data set or in another folder, with an empty ignore path", async () => {
    const masks = split("test", ["a/1.jpg", "b.jpg"], "a/1.jpg,m.png,\nb.jpg,m.png,i.png\n");
    const files = { "m.png": greyPng(2, 1, [1, 0]), "i.png": greyPng(1, 1, [1]) };
    const below = { ...masks, "masks/m.png": files["m.png"], "masks/i.png": files["i.png"] };
    const half = npy([0, 1, 2, 3].flatMap(() => [1, 1, 0, 0]));
    const maps = { "a/1.jpg.npy": half, "b.jpg.npy": half };
    expect(await evaluate(maps, below)).toMatchObject({ pxap: 1, mPxap: 1, gtKnownLoc: null });
    expect(await evaluate(maps, masks, { masksDir: folderOf(files) })).toMatchObject({ pxap: 1 });
  });

  test("evaluates boxes and masks of one split together", async () => {
    const data = {
      ...test2,
      "metadata/test/masks.txt": "a/1.jpg,m.png\nb.jpg,m.png\n",
      "masks/m.png": greyPng(2, 1, [1, 0]),
    };
    const { gtKnownLoc, pxap } = await evaluate(maps2, data);
    expect([gtKnownLoc, pxap !== null]).toEqual([1, true]);
  });

  test("reads metadata with CRLF line ends to the same result", async () => {
    const crlf = Object.fromEntries(Object.entries(test2).map(([path, text]) => [path, text.replaceAll("\n", "\r\n")]));
    const { evaluated, ...numbers } = await evaluate(maps2, crlf);
    const { evaluated: ofLf, ...numbersOfLf } = await evaluate(maps2, test2);
    expect(numbers).toEqual(numbersOfLf);
    expect(evaluated.fingerprint).toBe(ofLf.fingerprint);
  });

  test("finds the maps of a linked folder", async () => {
    const folder = folderOf({ "b.jpg.npy": corner });
    symlinkSync(folderOf({ "1.jpg.npy": corner }), join(folder, "a"));
    expect((await evaluateScoreMaps(folder, folderOf(test2))).images).toBe(2);
  });

  test("writes one line per image, in the split's order", async () => {
    const perImagePath = join(folderOf({}), "images.jsonl");
    await evaluate(maps2, test2, { perImagePath });
    const records = readFileSync(perImagePath, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const same = { predicted: null, correct: null, entropy: null, iouAtValThreshold: null, bestIou: 1 };
    expect(records).toEqual([
      { id: "a/1.jpg", label: 0, ...same, iou: 9 / 16, iouAtSigma: 9 / 16, bestIouThreshold: 0.499 },
      { id: "b.jpg", label: 1, ...same, iou: 1, iouAtSigma: 1, bestIouThreshold: 0 },
    ]);
  });

  test("warns of maps that belong to no image, with their count, and says nothing of other splits' maps", async () => {
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message.replace(/'[^']*\/\d+'/, "'DIR'"));
    const data = { ...test2, ...split("train", ["t.jpg", "u.jpg"], null) };
    await evaluate({ ...maps2, "t.jpg.npy": corner, "words.txt": "none" }, data, { onWarning });
    expect(warnings).toEqual([]);
    await evaluate({ ...maps2, "c.jpg.npy": corner }, data, { onWarning });
    await evaluate({ ...maps2, "x/c.npy": corner, "x/d.npy": corner }, data, { onWarning });
    expect(warnings).toEqual([
      "1 score map in 'DIR' belongs to no image of the data set, such as 'c.jpg.npy'",
      expect.stringMatching(/^2 score maps in 'DIR' belong to no image of the data set, such as 'x\/[cd]\.npy'$/),
    ]);
  });

  test("rejects a missing map by image and path before it reads any", async () => {
    const progress: unknown[] = [];
    const onProgress = (done: number) => progress.push(done);
    const one = await refusal(() => evaluate({ "b.jpg.npy": corner }, test2, { onProgress }));
    expect(one.code).toBe("ERR_WSOL_SCORE_MAP");
    expect(one.message).toBe("expected the score map 'DIR/a/1.jpg.npy' of image 'a/1.jpg', found none");
    const both = await refusal(() => evaluate({}, test2, { onProgress }));
    expect(both.message).toMatch("of image 'a/1.jpg', and 1 more, found none");
    expect(both.details.missing).toBe(2);
    expect(progress).toEqual([]);
    const none = await refusal(() => evaluateScoreMaps(join(parent, "nowhere"), folderOf(test2)));
    expect([none.code, none.message]).toEqual([
      "ERR_WSOL_SCORE_MAP",
      `expected a folder of score maps, got '${join(parent, "nowhere")}': there is none`,
    ]);
    const file = join(folderOf({ file: "" }), "file");
    expect((await caught(() => evaluateScoreMaps(file, folderOf(test2)))).message).toBe(
      `expected a folder of score maps, got '${file}': it is a file`,
    );
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["NaN", npy([...CORNER.slice(1), Number.NaN]), /is refused: /],
    ["a value above 1", npy([...CORNER.slice(1), 1.5]), /is refused: /],
    ["a value below 0", npy([...CORNER.slice(1), -0.5]), /is refused: /],
    ["another rank", encodeNpy(new Float64Array(16), [16]), /expected a 2-D array, got 1-D/],
    ["another type", Buffer.from(Buffer.from(corner).toString("latin1").replace("<f8", "<i8"), "latin1"), /"<i8"/],
    ["half a file", corner.subarray(0, 200), /it is truncated/],
    ["nothing", Buffer.alloc(0), /the file is empty/],
  ])("rejects a map of %s by its file", async (_, map, reason) => {
    const error = await refusal(() => evaluate({ ...maps2, "b.jpg.npy": map }, test2));
    expect(error.code).toBe("ERR_WSOL_SCORE_MAP");
    expect(error.message).toMatch("'DIR/b.jpg.npy'");
    expect(error.message).toMatch(reason);
  });

  test("rejects a split without boxes and masks, be localization.txt empty or absent", async () => {
    for (const localization of ["", "\n", null]) {
      const error = await refusal(() => evaluate(maps2, split("test", ["a/1.jpg", "b.jpg"], localization)));
      expect([error.code, error.message]).toEqual([
        "ERR_WSOL_DATA",
        "expected boxes or masks of the split 'test' of 'DIR' to evaluate score maps, found neither",
      ]);
    }
  });

  test("rejects duplicate ids by file and line, and an unknown split", async () => {
    const twice = await refusal(() => evaluate(maps2, split("test", ["b.jpg", "b.jpg"], BOXES)));
    expect([twice.code, twice.details.line]).toEqual(["ERR_WSOL_DATA", 2]);
    expect(twice.message).toMatch(/^.*image_ids\.txt:2: expected each image id once, line 1 has it too/);
    expect((await refusal(() => evaluate(maps2, test2, { split: "dev" }))).code).toBe("ERR_WSOL_DATA");
  });

  test("counts an image without foreground, rejects a split without any", async () => {
    const masks = split("test", ["a/1.jpg", "b.jpg"], "a/1.jpg,m.png,\nb.jpg,none.png,\n");
    const none = greyPng(1, 1, [0]);
    const some = await evaluate(maps2, { ...masks, "masks/m.png": greyPng(1, 1, [1]), "masks/none.png": none });
    expect(some.pxap).toBeCloseTo(0.5, 12);
    const error = await refusal(() => evaluate(maps2, { ...masks, "masks/m.png": none, "masks/none.png": none }));
    expect([error.code, error.message]).toEqual([
      "ERR_WSOL_DATA",
      "expected foreground in the masks of 'test' of 'DIR', found none",
    ]);
  });

  test("rejects a missing mask and a damaged one by its file", async () => {
    const masks = split("test", ["a/1.jpg", "b.jpg"], "a/1.jpg,m.png,\nb.jpg,n.png,\n");
    const missing = await refusal(() => evaluate(maps2, { ...masks, "masks/m.png": greyPng(1, 1, [1]) }));
    expect([missing.code, missing.message]).toEqual([
      "ERR_WSOL_MASK",
      "cannot read the mask 'DIR/masks/n.png': there is no such file",
    ]);
    const data = { ...masks, "masks/m.png": greyPng(1, 1, [1]), "masks/n.png": "words" };
    expect((await refusal(() => evaluate(maps2, data))).message).toMatch("'DIR/masks/n.png': it is no PNG");
  });

  test("rejects with the signal's reason, and leaves no file", async () => {
    const perImagePath = join(folderOf({}), "images.jsonl");
    const options = { perImagePath, signal: AbortSignal.abort("enough") };
    expect(await caught(() => evaluate(maps2, test2, options))).toBe("enough");
    expect(await caught(() => evaluateScoreMaps("absent", "absent", options))).toBe("enough");
    const stop = new AbortController();
    const onProgress = () => stop.abort("later");
    expect(await caught(() => evaluate(maps2, test2, { perImagePath, signal: stop.signal, onProgress }))).toBe("later");
    expect(() => readFileSync(perImagePath)).toThrow("ENOENT");
  });

  test("rejects a place where the lines cannot be written", async () => {
    const error = await caught(() => evaluate(maps2, test2, { perImagePath: join(parent, "nowhere", "a.jsonl") }));
    expect(error.code).toBe("ERR_WSOL_WRITE");
  });
});
