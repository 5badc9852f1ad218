import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeSplit, type Split } from "../../../../lib/data/split";
import { Evaluator, type EvaluatorOptions } from "../../../../lib/evaluate/evaluator/evaluator";
import type { Predictions } from "../../../../lib/evaluate/evaluator/predictions";
import { caught } from "../../../support/caught";
import { greyPng } from "../../../support/made-up-png";
import { temporaryFolder } from "../../../support/temporary-folder";

// Loaded machines need more than the default.
jest.setTimeout(60_000);

const root = temporaryFolder();
mkdirSync(join(root, "masks"));
writeFileSync(join(root, "masks", "left.png"), greyPng(2, 1, [1, 0]));
writeFileSync(join(root, "masks", "none.png"), greyPng(1, 1, [0]));

/** Three images of 8x8 for maps of 4x4: the true boxes halve. */
const fields: Omit<Split, "imagePath"> = {
  name: "test",
  root,
  ids: ["a.jpg", "b.jpg", "c.jpg"],
  labels: Int32Array.of(0, 1, 1),
  labelOffsets: null,
  boxes: [[[0, 0, 3, 3]], [[0, 0, 3, 3]], [[4, 4, 7, 7]]],
  sizes: [
    [8, 8],
    [8, 8],
    [8, 8],
  ],
  masks: null,
};
const left = { instances: ["left.png"], ignore: null };
const withBoxes = makeSplit(fields);
const withMasks = makeSplit({ ...fields, boxes: null, sizes: null, masks: [left, left, left] });
const withNothing = makeSplit({ ...fields, boxes: null, sizes: null });

const OPTIONS: EvaluatorOptions = { step: 0.1, sigma: 0.25, valThreshold: null, mapSize: [4, 4] };
/** A 3x3 corner of 0.5 whose 2x2 corner is 1: its box is [0,0,3,3] up to 0.4 and [0,0,2,2] from 0.5 on. */
const CORNER = [1, 1, 0.5, 0, 1, 1, 0.5, 0, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0];
const EMPTY = new Array<number>(16).fill(0);

const batch = (...maps: number[][]) => ({
  data: Float64Array.from(maps.flat()),
  count: maps.length,
  height: 4,
  width: 4,
});
const predictions = (predicted: number[], entropy: number[], numClasses = 4): Predictions => ({
  predicted: Int32Array.from(predicted),
  entropy: Float64Array.from(entropy),
  numClasses,
});

describe("Evaluator", () => {
  test("scales the true boxes to the map and finds one threshold for the whole split", async () => {
    const evaluator = new Evaluator(withBoxes, OPTIONS);
    await evaluator.update([0, 1, 2], batch(CORNER, EMPTY, EMPTY), null);
    const result = evaluator.compute();
    // The true box of `a` is [0,0,1,1], of 4 pixels: IoU 4/16 up to 0.4, 4/9 from 0.5 on.
    expect(result).toMatchObject({ split: "test", images: 3, gtKnownLoc: 0 });
    expect(result.maxBoxAcc).toEqual({ "0.3": 1 / 3, "0.5": 0, "0.7": 0 });
    expect(result.bestThreshold).toEqual({ "0.3": 0.5, "0.5": 0, "0.7": 0 });
    expect(result.curves.thresholds).toHaveLength(10);
    expect(result.curves.maxBoxAcc?.["0.3"]).toEqual([0, 0, 0, 0, 0, ...new Array(5).fill(1 / 3)]);
  });

  test("leaves null what a split without boxes, masks or predictions cannot give", async () => {
    const evaluator = new Evaluator(withNothing, OPTIONS);
    await evaluator.update([0], batch(CORNER), null);
    const { curves, split, images, pairs, skipped, ...rest } = evaluator.compute();
    expect([split, images, pairs, skipped]).toEqual(["test", 1, 1, []]);
    expect(Object.keys(rest)).toEqual([
      "top1Cls",
      "gtKnownLoc",
      "top1Loc",
      "maxBoxAcc",
      "maxBoxAccV2",
      "bestThreshold",
      "atSigma",
      "atValThreshold",
      "pxap",
      "mPxap",
      "meanEntropy",
      "meanEntropyFraction",
    ]);
    expect(new Set(Object.values(rest))).toEqual(new Set([null]));
    expect({ ...curves, thresholds: [] }).toEqual({
      thresholds: [],
      maxBoxAcc: null,
      maxBoxAccV2: null,
      top1Loc: null,
      precision: null,
      recall: null,
    });
  });

  test("counts Top-1 Loc only where the predicted class is right, at the best threshold, sigma and val's", async () => {
    const box = makeSplit({ ...fields, boxes: [[[0, 0, 5, 5]], [[0, 0, 5, 5]], [[0, 0, 5, 5]]] });
    const evaluator = new Evaluator(box, { ...OPTIONS, valThreshold: 0.7 });
    await evaluator.update([0, 1, 2], batch(CORNER, CORNER, CORNER), predictions([0, 0, 1], [0, 1, 2]));
    // The true box is [0,0,2,2]: IoU 9/16 up to 0.4 and 1 from 0.5 on.
    const result = evaluator.compute();
    expect(result.curves).toMatchObject({
      maxBoxAcc: { "0.5": new Array(10).fill(1), "0.7": [0, 0, 0, 0, 0, 1, 1, 1, 1, 1] },
      maxBoxAccV2: { "0.5": new Array(10).fill(1), "0.7": [0, 0, 0, 0, 0, 1, 1, 1, 1, 1] },
      top1Loc: new Array(10).fill(2 / 3),
    });
    expect(result).toMatchObject({
      top1Cls: 2 / 3,
      gtKnownLoc: 1,
      top1Loc: 2 / 3,
      maxBoxAcc: { "0.3": 1, "0.5": 1, "0.7": 1 },
      bestThreshold: { "0.3": 0, "0.5": 0, "0.7": 0.5 },
      atSigma: { sigma: 0.25, gtKnownLoc: 1, top1Loc: 2 / 3 },
      atValThreshold: { threshold: 0.7, gtKnownLoc: 1, top1Loc: 2 / 3 },
      meanEntropy: 1,
      meanEntropyFraction: 1 / Math.log(4),
    });
  });

  test("gives no entropy fraction for a model of one class, whose log C is 0", async () => {
    const evaluator = new Evaluator(withNothing, OPTIONS);
    await evaluator.update([0], batch(CORNER), predictions([0], [0], 1));
    expect(evaluator.compute()).toMatchObject({ top1Cls: 1, meanEntropy: 0, meanEntropyFraction: null });
  });

  test("pools the pixels of all masks for PxAP and takes the mean of the classes for mPxAP", async () => {
    const evaluator = new Evaluator(withMasks, OPTIONS);
    const half = [0, 1, 2, 3].flatMap(() => [0.8, 0.8, 0.2, 0.2]);
    const wrong = half.map((score) => 1 - score);
    await evaluator.update([0, 1], batch(half, wrong), null);
    const result = evaluator.compute();
    // Class 0 is perfect, in class 1 all foreground comes last; pooled, both halves hold as much of either.
    expect(result.pxap).toBeCloseTo(0.5, 12);
    expect(result.mPxap).toBeCloseTo((1 + 0.5) / 2, 12);
    expect(result.gtKnownLoc).toBeNull();
    expect(result.curves.precision?.slice(0, 3)).toEqual([0.5, 0.5, 1 / 3]);
    expect(result.curves.recall?.[9]).toBe(0);
  });

  test("leaves a class without foreground out of mPxAP, and refuses a split without any", async () => {
    const none = { instances: ["none.png"], ignore: null };
    const some = new Evaluator(makeSplit({ ...withMasks, masks: [left, none, none] }), OPTIONS);
    await some.update([0, 1, 2], batch(CORNER, CORNER, CORNER), null);
    const alone = new Evaluator(withMasks, OPTIONS);
    await alone.update([0], batch(CORNER), null);
    expect(some.compute().mPxap).toBe(alone.compute().pxap);
    const without = new Evaluator(makeSplit({ ...withMasks, masks: [none, none, none] }), OPTIONS);
    await without.update([0], batch(CORNER), null);
    const error = await caught(() => without.compute());
    expect([error.code, error.message]).toEqual([
      "ERR_WSOL_DATA",
      `expected foreground in the masks of 'test' of '${root}', found none`,
    ]);
  });

  test("evaluates a split of boxes and masks by both, with maps of several sizes", async () => {
    const both = makeSplit({ ...fields, masks: [left, left, left] });
    const evaluator = new Evaluator(both, { ...OPTIONS, mapSize: null });
    await evaluator.update([0], batch(CORNER), null);
    await evaluator.update([2], { data: Float32Array.of(0.5), count: 1, height: 1, width: 1 }, null);
    const { images, gtKnownLoc, pxap } = evaluator.compute();
    expect([images, gtKnownLoc, pxap !== null]).toEqual([2, 0.5, true]);
  });

  test("gives the same whatever the order and the batches", async () => {
    const both = makeSplit({ ...fields, masks: [left, left, left] });
    const options = { ...OPTIONS, perImage: true };
    const whole = new Evaluator(both, options);
    await whole.update([0, 1, 2], batch(CORNER, EMPTY, CORNER), predictions([0, 1, 0], [0.1, 0.2, 0.3]));
    const parts = new Evaluator(both, options);
    await Promise.all([
      parts.update([2], batch(CORNER), predictions([0], [0.3])),
      parts.update([0, 1], batch(CORNER, EMPTY), predictions([0, 1], [0.1, 0.2])),
    ]);
    expect(parts.compute()).toEqual(whole.compute());
    expect([...parts.records()]).toEqual([...whole.records()]);
  });

  test("tells of each image its prediction and its IoU at the best threshold, sigma, val's and its own best", async () => {
    const box = makeSplit({ ...fields, boxes: [[[0, 0, 5, 5]], [[0, 0, 7, 7]], [[0, 0, 5, 5]]] });
    const evaluator = new Evaluator(box, { ...OPTIONS, valThreshold: 0.7, perImage: true });
    await evaluator.update([1, 0], batch(CORNER, CORNER), predictions([0, 0], [1, 2]));
    expect([...evaluator.records()]).toEqual([
      {
        id: "a.jpg",
        label: 0,
        predicted: 0,
        correct: true,
        entropy: 2,
        iou: 9 / 16,
        iouAtSigma: 9 / 16,
        iouAtValThreshold: 1,
        bestIou: 1,
        bestIouThreshold: 0.5,
      },
      {
        id: "b.jpg",
        label: 1,
        predicted: 0,
        correct: false,
        entropy: 1,
        iou: 1,
        iouAtSigma: 1,
        iouAtValThreshold: 9 / 16,
        bestIou: 1,
        bestIouThreshold: 0,
      },
    ]);
  });

  test("rejects NaN and scores outside [0, 1] by the image's id and counts nothing of the batch", async () => {
    const both = makeSplit({ ...fields, masks: [left, left, left] });
    for (const split of [withBoxes, withMasks, both]) {
      for (const bad of [Number.NaN, -0.001, 1.001, Number.POSITIVE_INFINITY]) {
        const evaluator = new Evaluator(split, OPTIONS);
        const error = await caught(() => evaluator.update([0, 2], batch(CORNER, [...CORNER.slice(1), bad]), null));
        expect([error.code, error.details.image]).toEqual(["ERR_WSOL_SCORE_MAP", "c.jpg"]);
        expect(error.message).toMatch("the score map 'c.jpg' is refused: ");
        await evaluator.update([0], batch(CORNER), null);
        const alone = new Evaluator(split, OPTIONS);
        await alone.update([0], batch(CORNER), null);
        expect(evaluator.compute()).toEqual(alone.compute());
      }
    }
  });

  test.each([0, 1])("takes %i for sigma and for the threshold of val", async (threshold) => {
    const evaluator = new Evaluator(withBoxes, { ...OPTIONS, sigma: threshold, valThreshold: threshold });
    await evaluator.update([0], batch(CORNER), null);
    const { atSigma, atValThreshold } = evaluator.compute();
    expect([atSigma?.sigma, atValThreshold?.threshold]).toEqual([threshold, threshold]);
  });

  test("rejects misuse by the parameter's name", async () => {
    const evaluator = new Evaluator(withBoxes, OPTIONS);
    const parameterOf = async (act: () => unknown) => {
      const { code, details } = await caught(act);
      expect(code).toBe("ERR_WSOL_ARGUMENT");
      return details.parameter;
    };
    expect(await parameterOf(() => new Evaluator(withBoxes, { ...OPTIONS, step: 0 }))).toBe("step");
    expect(await parameterOf(() => new Evaluator(withBoxes, { ...OPTIONS, sigma: 1.5 }))).toBe("sigma");
    expect(await parameterOf(() => new Evaluator(withBoxes, { ...OPTIONS, valThreshold: Number.NaN }))).toBe(
      "valThreshold",
    );
    expect(await parameterOf(() => evaluator.records())).toBe("perImage");
    expect(await parameterOf(() => evaluator.update([0, 1], batch(CORNER), null))).toBe("pairs");
    expect(await parameterOf(() => evaluator.update([3], batch(CORNER), null))).toBe("pairs");
    expect(await parameterOf(() => evaluator.update([0, 0], batch(CORNER, CORNER), null))).toBe("pairs");
    expect(await parameterOf(() => evaluator.update([0], { ...batch(CORNER), width: 2, height: 8 }, null))).toBe(
      "maps",
    );
    expect(await parameterOf(() => evaluator.update([0], batch(CORNER), predictions([], [])))).toBe("predicted");
    expect(await parameterOf(() => evaluator.update([0], batch(CORNER), predictions([0], [Number.NaN])))).toBe(
      "entropy",
    );
    await evaluator.update([0], batch(CORNER), predictions([0], [1]));
    expect(await parameterOf(() => evaluator.update([0], batch(CORNER), predictions([0], [1])))).toBe("pairs");
    expect(await parameterOf(() => evaluator.update([1], batch(CORNER), null))).toBe("predictions");
    expect(await parameterOf(() => evaluator.update([1], batch(CORNER), predictions([0], [1], 5)))).toBe("numClasses");
  });

  test("takes maps of the one size that it was told, height before width", async () => {
    const evaluator = new Evaluator(withBoxes, { ...OPTIONS, mapSize: [2, 8] });
    const error = await caught(() => evaluator.update([0], { ...batch(CORNER), height: 8, width: 2 }, null));
    expect(error.message).toBe("expected score maps of 2 x 8 for 'maps', got \"8 x 2\"");
    for (const size of [4, 16]) {
      const square = { data: new Float64Array(size * size), count: 1, height: size, width: size };
      expect((await caught(() => evaluator.update([0], square, null))).details.parameter).toBe("maps");
    }
    await evaluator.update([0], { ...batch(CORNER), height: 2, width: 8 }, null);
    expect(evaluator.compute().images).toBe(1);
  });

  test("rejects predictions after none, and none after predictions, in those words", async () => {
    const messageAfter = async (first: Predictions | null, second: Predictions | null) => {
      const evaluator = new Evaluator(withBoxes, OPTIONS);
      await evaluator.update([0], batch(CORNER), first);
      return (await caught(() => evaluator.update([1], batch(CORNER), second))).message;
    };
    const some = predictions([0], [1]);
    expect([await messageAfter(some, null), await messageAfter(null, some)]).toEqual([
      "expected predictions, as before for 'predictions', got null",
      "expected null, as before for 'predictions', got \"predictions\"",
    ]);
  });

  test("rejects an evaluation of nothing", async () => {
    const error = await caught(() => new Evaluator(withBoxes, OPTIONS).compute());
    expect([error.code, error.message]).toEqual(["ERR_WSOL_DATA", "expected images of 'test' to evaluate, got none"]);
  });
});
