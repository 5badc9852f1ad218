import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeSplit } from "../../../../lib/data/split";
import { Evaluator } from "../../../../lib/evaluate/evaluator/evaluator";
import { boxesFromScoreMap } from "../../../../lib/metrics/boxes";
import { bestIou } from "../../../../lib/metrics/iou";
import { thresholdGrid } from "../../../../lib/metrics/threshold-grid";
import { greyPng } from "../../../support/made-up-png";
import { randomNumbers } from "../../../support/random-numbers";
import { temporaryFolder } from "../../../support/temporary-folder";

// A split whose images have several classes, against the definitions written out.

const SIDE = 6;
const STEP = 0.1;
const CLASSES = 4;
const root = temporaryFolder();
mkdirSync(join(root, "masks"));

/** Classes of each image. */
const LABELS = [[0], [1, 3], [0, 1, 2], [2], [0, 3]];
const PAIRS = LABELS.flatMap((labels, image) => labels.map((label) => ({ image, label })));
const random = randomNumbers(7);
const maps = PAIRS.map(() => Float64Array.from({ length: SIDE ** 2 }, () => random()));
const masks = PAIRS.map((_, pair) => {
  const pixels = Array.from({ length: SIDE ** 2 }, (__, at) => (random() + (maps[pair]![at]! - 0.5) > 0.6 ? 255 : 0));
  writeFileSync(join(root, "masks", `${pair}.png`), greyPng(SIDE, SIDE, pixels));
  return pixels;
});
const ignored = LABELS.map((_, image) => {
  const pixels = Array.from({ length: SIDE ** 2 }, () => (random() > 0.9 ? 1 : 0));
  writeFileSync(join(root, "masks", `ignore-${image}.png`), greyPng(SIDE, SIDE, pixels));
  return pixels;
});
const boxes = PAIRS.map(() => {
  const [x0, y0] = [Math.floor(random() * 3), Math.floor(random() * 3)];
  return [[x0, y0, x0 + 3, y0 + 3] as const];
});
let end = 0;
const split = makeSplit({
  name: "test",
  root,
  ids: LABELS.map((_, image) => `${image}.jpg`),
  labels: Int32Array.from(PAIRS, ({ label }) => label),
  labelOffsets: Int32Array.of(0, ...LABELS.map(({ length }) => (end += length))),
  boxes,
  sizes: LABELS.map(() => [SIDE, SIDE] as const),
  masks: PAIRS.map(({ image }, pair) => ({ instances: [`${pair}.png`], ignore: `ignore-${image}.png` })),
});
const PREDICTED = [0, 3, 3, 1, 0];
const ENTROPY = [0.1, 0.2, 0.3, 0.4, 0.5];

const pairsOf = (image: number) => [...PAIRS.keys()].filter((pair) => PAIRS[pair]!.image === image);

/** Images one after the other, or all at once. */
async function evaluated(batches: readonly (readonly number[])[], withPredictions = true) {
  const evaluator = new Evaluator(split, {
    ...{ step: STEP, sigma: 0.35, valThreshold: 0.4, mapSize: [SIDE, SIDE], perImage: true, keepRecords: true },
  });
  for (const images of batches) {
    const pairs = images.flatMap(pairsOf);
    const data = Float64Array.from(pairs.flatMap((pair) => [...maps[pair]!]));
    const predictions = withPredictions
      ? {
          predicted: Int32Array.from(images, (image) => PREDICTED[image]!),
          entropy: Float64Array.from(images, (image) => ENTROPY[image]!),
          ...{ numClasses: CLASSES, largestEntropy: Math.LN2 },
        }
      : null;
    await evaluator.update(pairs, { data, count: pairs.length, height: SIDE, width: SIDE }, predictions);
  }
  return { measured: evaluator.compute(), records: [...evaluator.records()], kept: evaluator.runRecords() };
}

const largestIou = (pair: number, threshold: number) =>
  bestIou(boxesFromScoreMap(maps[pair]!, { width: SIDE, height: SIDE, threshold })[0]!, boxes[pair]!);
const rate = (isHit: (pair: number) => boolean) => [...PAIRS.keys()].filter(isHit).length / PAIRS.length;
const isRight = (pair: number) => PREDICTED[PAIRS[pair]!.image] === PAIRS[pair]!.label;

/** Precision summed over the growth of recall, threshold by threshold from the top, of the pixels of some pairs. */
function plainPxap(pairs: readonly number[]): number {
  const pixels = pairs.flatMap((pair) =>
    [...maps[pair]!].flatMap((score, at) => {
      const isForeground = masks[pair]![at]! > 0;
      return !isForeground && ignored[PAIRS[pair]!.image]![at]! > 0 ? [] : [{ score, isForeground }];
    }),
  );
  const total = pixels.filter(({ isForeground }) => isForeground).length;
  let [pxap, before] = [0, 0];
  for (const threshold of [...thresholdGrid(STEP)].reverse()) {
    const above = pixels.filter(({ score }) => score >= threshold);
    const right = above.filter(({ isForeground }) => isForeground).length;
    if (above.length > 0) pxap += (right / above.length) * (right / total - before);
    before = right / total;
  }
  return pxap;
}

test("box rates are of the pairs of an image and a class, each with that class's map and boxes", async () => {
  const { measured } = await evaluated([[0, 1, 2, 3, 4]]);
  const grid = [...thresholdGrid(STEP)];
  expect([measured.images, measured.pairs]).toEqual([5, 9]);
  for (const [level, found] of Object.entries(measured.maxBoxAcc!)) {
    const best = Math.max(...grid.map((threshold) => rate((pair) => largestIou(pair, threshold) >= Number(level))));
    expect([level, found]).toEqual([level, best]);
  }
  expect(measured.atSigma!.gtKnownLoc).toBe(rate((pair) => largestIou(pair, 0.35) >= 0.5));
});

test("Top-1 Loc asks that the predicted class is the pair's, Top-1 Cls that it is one of the image's", async () => {
  const { measured } = await evaluated([[0, 1, 2, 3, 4]]);
  const top1 = [...thresholdGrid(STEP)].map((threshold) =>
    rate((pair) => isRight(pair) && largestIou(pair, threshold) >= 0.5),
  );
  expect(measured.top1Loc).toBe(Math.max(...top1));
  expect(measured.curves.top1Loc).toEqual(top1);
  // Image 2 has no class 3, image 3 no class 1.
  expect(measured.top1Cls).toBe(3 / 5);
  expect(measured.meanEntropy).toBeCloseTo(0.3, 14);
  expect(measured.meanEntropyFraction).toBeCloseTo(0.3 / Math.LN2, 14);
});

test("pxap pools all pairs, mPxap is the mean over the classes of the images that have them", async () => {
  const { measured } = await evaluated([[0, 1, 2, 3, 4]]);
  expect(measured.pxap).toBeCloseTo(plainPxap([...PAIRS.keys()]), 12);
  const ofClass = [0, 1, 2, 3].map((label) => plainPxap([...PAIRS.keys()].filter((at) => PAIRS[at]!.label === label)));
  expect(measured.mPxap).toBeCloseTo(ofClass.reduce((sum, pxap) => sum + pxap, 0) / CLASSES, 12);
});

test("no number depends on the batches or the order of the images", async () => {
  const together = await evaluated([[0, 1, 2, 3, 4]]);
  expect(await evaluated([[4, 1], [0], [3, 2]])).toEqual(together);
});

test("the pairs of one image may come in several batches where there are no predictions", async () => {
  const evaluator = new Evaluator(split, { step: STEP, sigma: 0.35, valThreshold: 0.4, mapSize: null });
  for (const pair of [...PAIRS.keys()].reverse()) {
    await evaluator.update([pair], { data: maps[pair]!, count: 1, height: SIDE, width: SIDE }, null);
  }
  const { measured } = await evaluated([[0, 1, 2, 3, 4]], false);
  expect(evaluator.compute()).toEqual(measured);
});

test("a record is of a pair, and is correct where its class is the predicted one", async () => {
  const { records, kept } = await evaluated([[0, 1, 2, 3, 4]]);
  expect(records.map(({ id, label }) => [id, label])).toEqual(PAIRS.map(({ image, label }) => [`${image}.jpg`, label]));
  expect(records.map(({ correct }) => correct)).toEqual([...PAIRS.keys()].map(isRight));
  expect(records.map(({ iouAtSigma }) => iouAtSigma)).toEqual([...PAIRS.keys()].map((pair) => largestIou(pair, 0.35)));
  expect(kept.labelOffsets).toEqual(split.labelOffsets);
  expect(kept.hits!.offsets).toHaveLength(PAIRS.length + 1);
  expect([...kept.predicted!]).toEqual(PREDICTED);
});

test("refuses a pair that is counted twice by the name of its score map, and none by position", async () => {
  const evaluator = new Evaluator(split, { step: STEP, sigma: 0.35, valThreshold: null, mapSize: null });
  const map = { data: maps[0]!, count: 1, height: SIDE, width: SIDE };
  await evaluator.update([2], map, null);
  await expect(evaluator.update([2], map, null)).rejects.toThrow(
    "expected each image once for 'pairs', got \"1.jpg.3\"",
  );
  await expect(evaluator.update([9], map, null)).rejects.toMatchObject({ code: "ERR_WSOL_ARGUMENT" });
  const wrong = { ...map, data: maps[0]!.map(() => Number.NaN) };
  await expect(evaluator.update([4], wrong, null)).rejects.toMatchObject({
    code: "ERR_WSOL_SCORE_MAP",
    details: { image: "2.jpg", name: "2.jpg.1" },
  });
});
