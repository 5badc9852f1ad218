import type { FigureComparison } from "../../../../lib/studies/compare/figure-comparison";
import { verdictOf } from "../../../../lib/studies/compare/verdict";
import { percentileInterval } from "../../../../lib/studies/interval";

const by = (difference: number, low: number, high: number): FigureComparison => ({
  ...{ a: 0.5, b: 0.5 + difference, difference, resamples: 10 },
  interval: [low, high],
});
const BETTER = by(0.1, 0.02, 0.18);
const WORSE = by(-0.1, -0.18, -0.02);
const OPEN = by(0.01, -0.02, 0.04);
const NONE = {
  ...{ gtKnownLoc: null, gtKnownAtVal: null, top1Loc: null, top1LocAtVal: null, maxBoxAccV2: null },
  ...{ pxap: null, top1Cls: null, meanEntropy: null },
};

describe("verdictOf", () => {
  test("B beats A where both intervals lie above 0, and says so in one sentence", () => {
    expect(verdictOf({ ...NONE, gtKnownAtVal: BETTER, top1Cls: by(0.03, 0.001, 0.05) })).toEqual({
      bBeatsA: true,
      localization: { figure: "gtKnownAtVal", outcome: "better" },
      classification: { figure: "top1Cls", outcome: "better" },
      sentence:
        "B beats A: better in localization (GT-known Loc at val's threshold +10.0 points, 95 % interval +2.0 to +18.0); " +
        "better in classification (Top-1 Cls +3.0 points, 95 % interval +0.1 to +5.0).",
    });
  });

  test.each([
    ["localization is open", OPEN, BETTER, "not distinguishable", "better"],
    ["classification is open", BETTER, OPEN, "better", "not distinguishable"],
    ["classification is worse", BETTER, WORSE, "better", "worse"],
    ["both are worse", WORSE, WORSE, "worse", "worse"],
    ["an interval ends at 0", by(0.1, 0, 0.2), BETTER, "not distinguishable", "better"],
    ["an interval begins below 0 and ends at 0", BETTER, by(-0.1, -0.2, 0), "better", "not distinguishable"],
  ])("B does not beat A where %s", (_, gtKnownAtVal, top1Cls, localization, classification) => {
    const verdict = verdictOf({ ...NONE, gtKnownAtVal, top1Cls });
    expect(verdict).toMatchObject({
      bBeatsA: false,
      localization: { outcome: localization },
      classification: { outcome: classification },
    });
    expect(verdict.sentence).toMatch(/^B does not beat A: /);
  });

  test("takes GT-known Loc at val's threshold, else at the best, else PxAP", () => {
    const figureOf = (figures: object) => verdictOf({ ...NONE, ...figures }).localization?.figure;
    expect(figureOf({ gtKnownAtVal: OPEN, gtKnownLoc: BETTER, pxap: BETTER })).toBe("gtKnownAtVal");
    expect(figureOf({ gtKnownLoc: BETTER, pxap: BETTER })).toBe("gtKnownLoc");
    expect(figureOf({ pxap: BETTER, maxBoxAccV2: BETTER })).toBe("pxap");
  });

  test("cannot say without predictions, or without boxes and masks, unless the other half says no", () => {
    expect(verdictOf({ ...NONE, pxap: BETTER })).toEqual({
      bBeatsA: null,
      localization: { figure: "pxap", outcome: "better" },
      classification: null,
      sentence:
        "It cannot be said whether B beats A: better in localization (PxAP +10.0 points, 95 % interval +2.0 to +18.0); " +
        "classification is not known: there are no predictions on both sides.",
    });
    const noTruth = verdictOf({ ...NONE, top1Cls: BETTER });
    expect([noTruth.bBeatsA, noTruth.localization]).toEqual([null, null]);
    expect(noTruth.sentence).toContain("localization is not known: there are neither boxes nor masks");
    expect(verdictOf({ ...NONE, pxap: WORSE }).bBeatsA).toBe(false);
    expect(verdictOf(NONE).bBeatsA).toBeNull();
  });
});

describe("percentileInterval", () => {
  test("leaves 2.5 percent on either side, interpolating between neighbours", () => {
    const values = Float64Array.from({ length: 201 }, (_, index) => (index * 77) % 201);
    expect(percentileInterval(values)).toEqual([expect.closeTo(5, 12), expect.closeTo(195, 12)]);
    const [low, high] = percentileInterval(Float64Array.of(10, 0));
    expect([low, high]).toEqual([expect.closeTo(0.25, 12), expect.closeTo(9.75, 12)]);
    expect(percentileInterval(Float64Array.of(3))).toEqual([3, 3]);
  });
});
