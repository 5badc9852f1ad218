import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Dataset } from "../../../../lib/data/dataset";
import { shapeOf } from "../../../../lib/data/shape";
import { QUICK, quickSubset } from "../../../../lib/studies/reproduce/quick";
import { reproduce } from "../../../../lib/studies/reproduce/reproduce";
import type { StudyEvent } from "../../../../lib/studies/study/events";
import { caught } from "../../../support/caught";
import { temporaryFolder } from "../../../support/temporary-folder";
import { tinyDataset } from "../../../support/tiny-data";

jest.setTimeout(120_000);

const folder = temporaryFolder();
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder, { classes: 3, train: 60, val: 12, test: 9 });
});

/** As fast as it gets. */
const TINY = {
  model: { backbone: "resnet18" },
  data: { imageSize: 40, cropSize: 32 },
  optim: { epochs: 1 },
  device: "cpu",
  threads: 1,
} as const;

test("a quick reproduction runs all arms on few images, and says that its figures mean nothing", async () => {
  const out = join(folder, "entropy");
  const events: StudyEvent[] = [];
  const run = reproduce("entropy", data, { out, quick: true, config: TINY, onWarning: () => undefined });
  for await (const event of run) events.push(event);
  const found = await run;
  expect(found).toMatchObject({ experiment: "entropy", recipe: "small", isQuick: true, unattributed: null });
  expect(found.arms.map(({ arm }) => arm)).toHaveLength(9);
  expect(found.curve).toHaveLength(9);
  expect(found.notes[0]).toContain("mean nothing");
  // As it was run, not as it would be by default.
  expect(found.notes[0]).toMatch(/^Quick: at most 48 images of each split, 1 epoch, 32 pixels\. /);
  expect(found.seconds).toHaveLength(9);
  expect(found.study.isComplete).toBe(true);
  expect(found.study.failures).toEqual([]);
  expect(events.filter(({ type }) => type === "evaluated")).toHaveLength(9);
  const { optim, scoreMap } = JSON.parse(readFileSync(join(out, "runs", "eps=0_seed=0", "config.json"), "utf8"));
  // The user's, before the quick ones, before the recipe's.
  expect([optim.epochs, optim.batchSize, optim.lr, scoreMap.size]).toEqual([1, 16, 0.05, 64]);
  expect(readdirSync(join(out, "runs"))).toHaveLength(9);

  const again = await reproduce("entropy", data, { out, quick: true, config: TINY, onWarning: () => undefined });
  expect(again.seconds).toEqual([]);
  expect(again.study).toEqual(found.study);
});

test("the subset is the same every time, and deals its images over the classes", async () => {
  const whole = await Dataset.open(data);
  const [first, second] = [quickSubset(whole), quickSubset(whole)];
  const train = first.split("train");
  expect(train.ids).toEqual(second.split("train").ids);
  expect(train.ids).toHaveLength(QUICK.images);
  const counts = [0, 1, 2].map((label) => train.labels.filter((of) => of === label).length);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  expect(shapeOf(first)).toEqual({ numClasses: 3, train: 48, val: 12, test: 9 });
});

test("a recipe that starts from ImageNet weights warns where there are none", async () => {
  const warnings: string[] = [];
  const controller = new AbortController();
  const run = reproduce("main", data, {
    ...{ out: join(folder, "warned"), recipe: "cub", quick: true, config: TINY, signal: controller.signal },
    onWarning: (message) => {
      warnings.push(message);
      controller.abort(new Error("enough"));
    },
  });
  await expect(run).rejects.toThrow("enough");
  expect(warnings[0]).toBe(
    "the recipe 'cub' starts from ImageNet weights; without model.weights=FILE its runs start from random ones",
  );
});

describe("is refused before anything is written:", () => {
  const out = () => join(folder, "refused");
  const refused = (name: string, options: object) => caught(() => reproduce(name as "main", data, options as never));

  test("an experiment that does not exist", async () => {
    expect(await refused("figure", { out: out() })).toMatchObject({
      code: "ERR_WSOL_ARGUMENT",
      details: { parameter: "name" },
    });
  });

  test("a recipe that does not exist", async () => {
    expect(await refused("main", { out: out(), recipe: "coco" })).toMatchObject({
      code: "ERR_WSOL_ARGUMENT",
      details: { parameter: "recipe" },
    });
  });

  test.each([
    ["main", "method.name", { method: { name: "adl" } }],
    ["regularizers", "loss.lambda", { loss: { lambda: 1 } }],
    ["entropy", "loss.regularizer", { loss: { regularizer: "jeffreys" } }],
    ["lambda", "seed", { seed: 1 }],
  ] as const)("%s with %s, which it varies", async (name, key, config) => {
    expect(await refused(name, { out: out(), config })).toMatchObject({ code: "ERR_WSOL_CONFIG", details: { key } });
  });

  test("weights without the backbone that they are of", async () => {
    const error = await refused("main", { out: out(), config: { model: { weights: "imagenet.safetensors" } } });
    expect(error).toMatchObject({ code: "ERR_WSOL_CONFIG", details: { key: "model.backbone" } });
  });

  test.each([
    ["out", { out: "" }],
    ["quick", { out: "x", quick: "yes" }],
    ["seeds", { out: "x", seeds: [0, 0] }],
    ["seeds", { out: "x", seeds: [] }],
    ["jobs", { out: "x", jobs: 0 }],
  ])("a wrong %s", async (parameter, options) => {
    expect(await refused("main", options)).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter } });
  });

  test("an option that it does not know, and a data set that is not there", async () => {
    expect(await refused("main", { out: out(), quik: true })).toMatchObject({ details: { nearest: "quick" } });
    expect(await caught(() => reproduce("main", join(folder, "none"), { out: out() }))).toMatchObject({
      code: "ERR_WSOL_DATA",
    });
    expect(readdirSync(folder)).not.toContain("refused");
  });
});
