import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Dataset } from "../../../lib/data/dataset";
import { type EvaluateOptions, evaluate } from "../../../lib/evaluate/evaluate";
import { decodeScoreMap } from "../../../lib/evaluate/score-maps/score-map-file";
import { Localizer } from "../../../lib/localize/localizer";
import { caught } from "../../support/caught";
import { FAKE_CONFIG, writeFakeModel } from "../../support/fake-model";
import { ENTROPY, fakeTorch } from "../../support/fake-torch";
import { greyIds, writeGreySplit } from "../../support/grey-data";
import { greyPng } from "../../support/made-up-png";
import { temporaryFolder } from "../../support/temporary-folder";

// What evaluate does with a model's outputs: the outputs are a stand-in's.
jest.mock("../../../lib/native/load-torch", () => require("../../support/fake-torch"));

const folder = temporaryFolder();
const run = join(folder, "run");
const usual = { ...fakeTorch };
let made = 0;
let model: Localizer;

const TEST_IDS = ["a/0.png", "a/1.png", "2.png", "3.png", "4.png"];
type Splits = Partial<Record<"train" | "val" | "test", string | null>>;

/** A data set of these splits, with what `localization.txt` says of each image: by default one box. */
async function dataOf(splits: Splits): Promise<string> {
  const root = join(folder, `data-${made++}`);
  const ids = { train: greyIds("train", 3), val: greyIds("val", 4), test: TEST_IDS };
  for (const [name, truth] of Object.entries(splits) as [keyof Splits, string | null][]) {
    await writeGreySplit(root, name, { ids: ids[name]!, truth });
  }
  return root;
}

const BOX = "0,0,3,3";
const MASK = "m.png,";

beforeAll(async () => {
  await writeFakeModel(run, { last: 2, best: 1 });
});
beforeEach(async () => {
  // Of batches of 3 and 2 images, the first two each.
  Object.assign(fakeTorch, usual, { hitsAfter: () => 2, floorAfter: () => 0.45, inferred: [] });
  model = await Localizer.load(run);
});
afterEach(() => model.close());

describe("the numbers", () => {
  test("are of the split's images, boxes and classes", async () => {
    const found = await evaluate(model, await dataOf({ test: BOX }));
    expect(found).toMatchObject({
      ...{ split: "test", images: 5, top1Cls: 4 / 5, gtKnownLoc: 4 / 5, top1Loc: 4 / 5, pxap: null },
      ...{ meanEntropy: ENTROPY, meanEntropyFraction: ENTROPY / Math.log(3), atValThreshold: null },
    });
    // Below the floor the whole map is foreground.
    expect(found.atSigma).toEqual({ sigma: 0.2, gtKnownLoc: 0, top1Loc: 0 });
    expect(found.bestThreshold?.["0.5"]).toBeCloseTo(0.5, 12);
    expect(found.curves.thresholds).toHaveLength(10);
  });

  test("are of another split, step, sigma, and masks folder where asked", async () => {
    const data = await dataOf({ val: MASK });
    const masksDir = join(folder, "masks");
    mkdirSync(masksDir);
    writeFileSync(join(masksDir, "m.png"), greyPng(2, 2, [1, 0, 0, 0]));
    const found = await evaluate(model, data, { split: "val", step: 0.5, sigma: 0.9, masksDir });
    expect(found).toMatchObject({ split: "val", images: 4, gtKnownLoc: null, evaluated: { step: 0.5, sigma: 0.9 } });
    expect(found.evaluated.masks).toBe(masksDir);
    expect(found.curves.thresholds).toEqual([0, 0.5]);
    expect(found.curves.recall).toEqual([1, 3 / 4]);
    const boxes = await evaluate(model, await dataOf({ val: BOX }), { split: "val", sigma: 0.75 });
    expect(boxes.atSigma).toEqual({ sigma: 0.75, gtKnownLoc: 3 / 4, top1Loc: 3 / 4 });
  });

  test("take a data set that is open", async () => {
    const dataset = await Dataset.open(await dataOf({ test: BOX }));
    expect((await evaluate(model, dataset)).images).toBe(5);
  });

  test("come from batches as trained, or as asked", async () => {
    const data = await dataOf({ test: BOX });
    await evaluate(model, data);
    await evaluate(model, data, { batchSize: 4 });
    expect(fakeTorch.inferred).toEqual([FAKE_CONFIG.optim.batchSize, 2, 4, 1]);
  });
});

describe("the threshold of `val`", () => {
  /** The object is cut best at 0.5 in `val`, whose batches come first, and at 0.8 in `test`. */
  const apart = () => {
    fakeTorch.floorAfter = () => (fakeTorch.inferred.length <= 2 ? 0.45 : 0.75);
  };

  test("is found first and applied to the split", async () => {
    apart();
    const found = await evaluate(model, await dataOf({ val: BOX, test: BOX }));
    expect(found.bestThreshold?.["0.5"]).toBeCloseTo(0.8, 12);
    expect(found.atValThreshold).toEqual({ threshold: expect.closeTo(0.5, 12), gtKnownLoc: 0, top1Loc: 0 });
    expect(fakeTorch.inferred).toEqual([3, 1, 3, 2]);
  });

  test("needs no masks of `val`", async () => {
    const data = await dataOf({ val: BOX, test: BOX });
    writeFileSync(
      join(data, "metadata", "val", "masks.txt"),
      greyIds("val", 4)
        .map((id) => `${id},none.png\n`)
        .join(""),
    );
    expect((await evaluate(model, data)).atValThreshold).not.toBeNull();
    expect((await caught(() => evaluate(model, data, { split: "val" }))).code).toBe("ERR_WSOL_MASK");
  });

  test.each<[string, Splits, EvaluateOptions, number]>([
    ["`val` itself", { val: BOX, test: BOX }, { split: "val" }, 2],
    ["a `val` without boxes", { val: null, test: BOX }, {}, 2],
    ["a split without boxes", { val: BOX, test: null }, {}, 2],
    ["a data set without `val`", { train: BOX, test: BOX }, {}, 2],
  ])("is null for %s, which is evaluated alone", async (_, splits, options, batches) => {
    expect((await evaluate(model, await dataOf(splits), options)).atValThreshold).toBeNull();
    expect(fakeTorch.inferred).toHaveLength(batches);
  });
});

describe("onProgress", () => {
  test("counts the images of `val` and of the split together", async () => {
    const seen: number[][] = [];
    const onProgress = (...counts: number[]) => seen.push(counts);
    await evaluate(model, await dataOf({ val: BOX, test: BOX }), { onProgress });
    expect(seen).toEqual([3, 4, 7, 9].map((done) => [done, 9]));
    seen.length = 0;
    await evaluate(model, await dataOf({ test: BOX }), { onProgress });
    expect(seen).toEqual([3, 5].map((done) => [done, 5]));
  });
});

describe("files", () => {
  test("are one map of each image of the split, and one line, none of `val`", async () => {
    const [scoreMapsDir, perImagePath] = [join(folder, "maps"), join(folder, "images.jsonl")];
    await evaluate(model, await dataOf({ val: BOX, test: BOX }), { scoreMapsDir, perImagePath });
    const files = (await readdir(scoreMapsDir, { recursive: true })).filter((name) => name.endsWith(".npy"));
    expect(files.sort()).toEqual(TEST_IDS.map((id) => `${id}.npy`).sort());
    const records = (await readFile(perImagePath, "utf8")).trimEnd().split("\n");
    expect(records.map((line) => JSON.parse(line).id)).toEqual(TEST_IDS);
    const corners = await Promise.all(
      TEST_IDS.map(async (id) => {
        const { data, width, height } = decodeScoreMap(await readFile(join(scoreMapsDir, `${id}.npy`)), id);
        expect([width, height]).toEqual([8, 8]);
        return [data[0], data[63]];
      }),
    );
    const [hit, miss] = [
      [1, 0.45],
      [0.45, 1],
    ];
    expect(corners).toEqual([hit, hit, miss, hit, hit]);
  });

  test("are not written where they cannot be", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const error = await caught(async () => evaluate(model, await dataOf({ test: BOX }), { scoreMapsDir: file }));
    expect([error.code, error.details.path]).toEqual(["ERR_WSOL_WRITE", join(file, "a/0.png.npy")]);
  });
});

describe("evaluate refuses", () => {
  test("more classes than the model's, and no fewer", async () => {
    const root = join(folder, "classes");
    await writeGreySplit(root, "test", { ids: greyIds("test", 2), labels: [0, 3] });
    expect(await caught(() => evaluate(model, root))).toMatchObject({
      code: "ERR_WSOL_DATA",
      message: `expected at most 3 classes, the model's, in '${root}', got 4`,
      details: { root, model: 3, data: 4 },
    });
    await writeGreySplit(root, "test", { ids: greyIds("test", 2), labels: [0, 1] });
    expect((await evaluate(model, root)).images).toBe(2);
  });

  test("an option that it does not know", async () => {
    const options = { sigmas: 1 } as EvaluateOptions;
    expect(await caught(() => evaluate(model, "data", options))).toMatchObject({ code: "ERR_WSOL_ARGUMENT" });
  });

  test("to go on after an abort, with the signal's reason, and leaves no lines", async () => {
    const perImagePath = join(folder, "none.jsonl");
    const data = await dataOf({ test: BOX });
    const reason = new Error("enough");
    const controller = new AbortController();
    const onProgress = (done: number) => done === 5 && controller.abort(reason);
    const options = { signal: controller.signal, onProgress: (done: number) => void onProgress(done), perImagePath };
    expect(await caught(() => evaluate(model, data, options))).toBe(reason);
    expect(existsSync(perImagePath)).toBe(false);
    fakeTorch.inferred = [];
    expect(await caught(() => evaluate(model, data, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(fakeTorch.inferred).toEqual([]);
  });
});
