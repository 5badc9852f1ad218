import { renderEvaluation } from "../../../lib/evaluate/table";
import type { Measurements } from "../../../lib/runs/evaluation";

const nothing: Measurements = {
  split: "test",
  images: 1,
  pairs: 1,
  skipped: [],
  top1Cls: null,
  gtKnownLoc: null,
  top1Loc: null,
  maxBoxAcc: null,
  maxBoxAccV2: null,
  bestThreshold: null,
  atSigma: null,
  atValThreshold: null,
  pxap: null,
  mPxap: null,
  meanEntropy: null,
  meanEntropyFraction: null,
  curves: { thresholds: [], maxBoxAcc: null, maxBoxAccV2: null, top1Loc: null, precision: null, recall: null },
};

describe("renderEvaluation", () => {
  test("shows percent with one decimal, entropies in nats, and thresholds without the grid's rounding", () => {
    const text = renderEvaluation({
      ...nothing,
      images: 5794,
      top1Cls: 0.75,
      gtKnownLoc: 0.5964,
      top1Loc: 0.48,
      maxBoxAcc: { "0.3": 0.9, "0.5": 0.5964, "0.7": 0.1 },
      maxBoxAccV2: { mean: 0.6, "0.3": 0.95, "0.5": 0.65, "0.7": 0.2 },
      bestThreshold: { "0.3": 0.1, "0.5": 57 * 0.01, "0.7": 0.3 },
      atSigma: { sigma: 0.15, gtKnownLoc: 0.4, top1Loc: 0.3 },
      atValThreshold: { threshold: 0.16, gtKnownLoc: 0.5, top1Loc: 0.35 },
      pxap: 0.22600012,
      mPxap: 0.3,
      meanEntropy: 1.23456,
      meanEntropyFraction: 0.2331,
    });
    expect(text.split("\n")).toEqual([
      "test: 5794 images",
      "  Top-1 Cls         75.0 %",
      "  GT-known Loc      59.6 %  best threshold 0.57",
      "                    40.0 %  at sigma 0.15",
      "                    50.0 %  at 0.16, best on val",
      "  Top-1 Loc         48.0 %  best threshold",
      "                    30.0 %  at sigma 0.15",
      "                    35.0 %  at 0.16, best on val",
      "  MaxBoxAcc         59.6 %  90.0 / 59.6 / 10.0 at IoU 0.3 / 0.5 / 0.7",
      "  MaxBoxAccV2       60.0 %  mean of 95.0 / 65.0 / 20.0 at IoU 0.3 / 0.5 / 0.7",
      "  PxAP              22.6 %",
      "  mPxAP             30.0 %  mean of classes",
      "  Mean entropy  1.235 nats  23.3 % of log C",
    ]);
  });

  test("leaves out what the data cannot give", () => {
    expect(renderEvaluation({ ...nothing, pxap: 0.5 })).toBe("test: 1 image\n  PxAP  50.0 %");
    expect(renderEvaluation({ ...nothing, split: "val" })).toBe("val: 1 image");
  });
});
