import type { Measurements } from "../../../lib/runs/evaluation";
import { summarize, type ValidationSummary, validationScore } from "../../../lib/runs/events";

const nothing: ValidationSummary = {
  top1Cls: null,
  gtKnownLoc: null,
  top1Loc: null,
  maxBoxAccV2: null,
  pxap: null,
  meanEntropy: null,
  meanEntropyFraction: null,
  bestThreshold: null,
  skipped: 0,
};

describe("validationScore", () => {
  test("is GT-known, else PxAP, else accuracy", () => {
    expect(validationScore({ ...nothing, gtKnownLoc: 0, pxap: 0.5, top1Cls: 0.9 })).toBe(0);
    expect(validationScore({ ...nothing, pxap: 0.5, top1Cls: 0.9 })).toBe(0.5);
    expect(validationScore({ ...nothing, top1Cls: 0.9 })).toBe(0.9);
    expect(validationScore(nothing)).toBeNull();
  });
});

describe("summarize", () => {
  const evaluation = {
    top1Cls: 0.5,
    gtKnownLoc: 0.4,
    top1Loc: 0.3,
    maxBoxAccV2: { mean: 0.2, "0.3": 0.6, "0.5": 0.4, "0.7": 0.1 },
    bestThreshold: { "0.3": 0.1, "0.5": 0.2, "0.7": 0.3 },
    pxap: 0.25,
    meanEntropy: 1.5,
    meanEntropyFraction: 0.75,
    skipped: ["a.jpg", "b.jpg"],
  } as unknown as Measurements;

  test("takes the mean of V2 and the threshold of level 0.5", () => {
    expect(summarize(evaluation)).toEqual({
      top1Cls: 0.5,
      gtKnownLoc: 0.4,
      top1Loc: 0.3,
      maxBoxAccV2: 0.2,
      pxap: 0.25,
      meanEntropy: 1.5,
      meanEntropyFraction: 0.75,
      bestThreshold: 0.2,
      skipped: 2,
    });
  });

  test("is null where the split has no boxes", () => {
    const summary = summarize({ ...evaluation, maxBoxAccV2: null, bestThreshold: null } as unknown as Measurements);
    expect([summary.maxBoxAccV2, summary.bestThreshold]).toEqual([null, null]);
  });

  test("chooses no threshold where none hits any image", () => {
    expect(summarize({ ...evaluation, gtKnownLoc: 0 }).bestThreshold).toBeNull();
  });
});
