import { readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigInput } from "../../../lib/config/schema";
import { Dataset } from "../../../lib/data/dataset";
import { evaluateRun } from "../../../lib/evaluate/evaluate-run";
import { evaluateScoreMaps } from "../../../lib/evaluate/score-maps/evaluate-score-maps";
import { Localizer } from "../../../lib/localize/localizer";
import { galleryOfRun } from "../../../lib/pictures/gallery-of-run";
import { panelsOfRun } from "../../../lib/pictures/panels-of-run";
import { compare } from "../../../lib/studies/compare/compare";
import { fit as train } from "../../../lib/train/fit";
import { caught } from "../../support/caught";
import { makeMultiLabel } from "../../support/multi-label-data";
import { runWsol } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

// Images of several classes, from the data set to the box.

jest.setTimeout(180_000);

const folder = temporaryFolder();
let data: string;

beforeAll(async () => {
  data = await makeMultiLabel(await tinyDataset(folder, { train: 24 }));
});

const configFor = (name: string, multiLabel: "softmax" | "bce", changes: ConfigInput = {}) => ({
  ...TINY_CONFIG,
  loss: { lambda: 0.1, multiLabel },
  ...changes,
  out: join(folder, name),
});
const weightsOf = (name: string) => readFile(join(folder, name, "last.safetensors"));

describe.each(["softmax", "bce"] as const)("a run with loss.multiLabel=%s", (multiLabel) => {
  const run = join(folder, multiLabel);

  test("that was aborted resumes to the bits of the uninterrupted one", async () => {
    const { finalEpoch } = await train(data, configFor(multiLabel, multiLabel));
    expect(finalEpoch).toMatchObject({ effectiveEps: 0.1 / 1.1 });
    expect(finalEpoch!.meanEntropyFraction).toBeGreaterThan(0);
    expect(finalEpoch!.meanEntropyFraction).toBeLessThanOrEqual(1);
    const controller = new AbortController();
    const stopped = train(data, configFor(`${multiLabel}-cut`, multiLabel), {
      signal: controller.signal,
      onStep: ({ epoch, step }) => epoch === 2 && step === 2 && controller.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
    await train(data, { out: join(folder, `${multiLabel}-cut`) }, { resume: true });
    expect((await weightsOf(`${multiLabel}-cut`)).equals(await weightsOf(multiLabel))).toBe(true);
  });

  test("is evaluated by pairs, with boxes and masks, and its score maps give the same again", async () => {
    const scoreMapsDir = join(folder, `${multiLabel}-maps`);
    const split = (await Dataset.open(data)).split("test");
    const found = await evaluateRun(run, data, { device: "cpu", scoreMapsDir });
    expect([found.images, found.pairs]).toEqual([9, 14]);
    expect(split.labels).toHaveLength(14);
    for (const value of [found.top1Cls, found.top1Loc, found.gtKnownLoc, found.pxap, found.mPxap]) {
      expect(value).toBeGreaterThanOrEqual(0);
    }
    const files = (await readdir(scoreMapsDir, { recursive: true })).filter((name) => name.endsWith(".npy"));
    expect(files).toHaveLength(14);
    expect(files).toContain(`${split.ids[0]}.${split.labels[1]}.npy`);
    const again = await evaluateScoreMaps(scoreMapsDir, data, { step: TINY_CONFIG.evaluation.step });
    for (const key of ["images", "pairs", "maxBoxAcc", "maxBoxAccV2", "pxap", "mPxap", "bestThreshold"] as const) {
      expect([key, again[key]]).toEqual([key, found[key]]);
    }
  });

  test("localizes the classes that are probable enough, the most probable one always", async () => {
    const model = await Localizer.load(run, { device: "cpu", threads: 1 });
    const image = (await Dataset.open(data)).split("test").imagePath(0);
    const all = await model.localize(image, { topK: 3 });
    const probabilities = all.map(({ probability }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    const sum = probabilities.reduce((total, p) => total + p, 0);
    if (multiLabel === "softmax") expect(sum).toBeCloseTo(1, 10);
    expect(all[0]!.entropyFraction).toBeCloseTo(all[0]!.entropy / (multiLabel === "bce" ? Math.LN2 : Math.log(3)), 12);
    const atLeast = async (minProbability: number, topK?: number) =>
      (await model.localize(image, { minProbability, ...(topK !== undefined && { topK }) })).map(({ label }) => label);
    const labels = all.map(({ label }) => label);
    expect(await atLeast(0)).toEqual(labels);
    expect(await atLeast(1)).toEqual(labels.slice(0, 1));
    expect(await atLeast(probabilities[1]!)).toEqual(labels.slice(0, 2));
    expect(await atLeast(0, 2)).toEqual(labels.slice(0, 2));
    const usual = await model.localize([image, image]);
    const probable = multiLabel === "bce" ? probabilities.filter((p) => p >= 0.5).length : 1;
    expect(usual.map((found) => found.length)).toEqual([Math.max(1, probable), Math.max(1, probable)]);
    const error = await caught(() => model.localize(image, { minProbability: 1.5 }));
    expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT" });
    await model.close();
  });

  test("has a picture and an entry of the gallery for each class of an image", async () => {
    const { images } = await galleryOfRun(run, { data, images: 2 });
    expect(images.length).toBeGreaterThan(2);
    expect(images[0]!.imageId).toBe(`${images[0]!.imageId.split(" (")[0]} (${images[0]!.label})`);
    const [panel] = await panelsOfRun(run, { data, images: 1 });
    expect(panel!.label.split(", ").length).toBeGreaterThan(0);
    expect(panel!.iou).not.toBeNull();
  });
});

test("two runs are compared over their images, each with its pairs", async () => {
  const { figures, a } = await compare(join(folder, "softmax"), join(folder, "bce"), { resamples: 100 });
  const evaluation = JSON.parse(await readFile(join(folder, "softmax", "evaluation.json"), "utf8"));
  const { gtKnownLoc, top1Loc, top1Cls, pxap, maxBoxAccV2 } = evaluation;
  expect(a[0]!.figures).toMatchObject({ gtKnownLoc, top1Loc, top1Cls, maxBoxAccV2: maxBoxAccV2.mean });
  expect(a[0]!.figures.pxap).toBeCloseTo(pxap, 12);
  expect(figures.gtKnownLoc!.interval).toHaveLength(2);
});

test("the command localizes all classes of at least a probability, and draws one picture", async () => {
  const image = (await Dataset.open(data)).split("test").imagePath(0);
  const args = ["--run", join(folder, "bce"), "--device", "cpu", "--min-probability", "0", "--json"];
  const { code, stdout, stderr } = await runWsol(["localize", image, ...args, "--out", join(folder, "pictures")]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)[0].localizations).toHaveLength(3);
});

test.each(["has", "cutmix", "adl", "rdap"] as const)("method %s trains on such images", async (name) => {
  const optim = { ...TINY_CONFIG.optim, epochs: 1 };
  const { finalEpoch } = await train(data, configFor(name, "bce", { method: { name }, optim }));
  expect(Number.isFinite(finalEpoch!.loss)).toBe(true);
});

test("ACoL is refused on such a data set, and with bce on any", async () => {
  const method = { name: "acol" } as const;
  const error = await caught(() => train(data, configFor("acol", "softmax", { method })));
  expect(error).toMatchObject({ code: "ERR_WSOL_CONFIG", details: { key: "method.name" } });
  expect(await caught(() => train(data, configFor("acol", "bce", { method })))).toMatchObject({
    code: "ERR_WSOL_CONFIG",
    details: { key: "loss.multiLabel" },
  });
});

test("the masks of val are read in the first validation only", async () => {
  const { masks } = (await Dataset.open(data)).split("val");
  expect(masks).not.toBeNull();
  const [there, away] = [join(data, "masks"), join(data, "masks-away")];
  let isAway = false;
  const run = train(data, configFor("masks-once", "softmax"));
  for await (const event of run) {
    if (event.type !== "epoch" || isAway) continue;
    isAway = true;
    await rename(there, away);
  }
  await rename(away, there);
  expect((await run).finalEpoch!.val!.pxap).not.toBeNull();
});
