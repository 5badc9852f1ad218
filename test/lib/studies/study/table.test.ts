import type { Measurements } from "../../../../lib/runs/evaluation";
import { summarize } from "../../../../lib/runs/events";
import { splitFigures } from "../../../../lib/studies/study/figures";
import { planRuns, type StudyPlan, studyArm } from "../../../../lib/studies/study/plan";
import { assembleResult, type RunOutcome } from "../../../../lib/studies/study/result";
import { renderStudy } from "../../../../lib/studies/study/table";
import { fakeEvaluation } from "../../../support/fake-run";

const PLAN: StudyPlan = {
  ...{ package: "0", data: "/d", split: "test", config: {}, seeds: [0, 1], choosesStrength: true },
  arms: [0, 1].map((lambda) => studyArm([["loss.lambda", lambda]])),
};

const NO_BOXES: Partial<Measurements> = {
  ...{ gtKnownLoc: null, top1Loc: null, maxBoxAccV2: null, bestThreshold: null, atValThreshold: null },
};

/** Arms of lambda 0, 1 with runs of these evaluations, on val and on test. */
function resultOf(...arms: Partial<Measurements>[][]) {
  const outcomes = new Map(
    arms.flatMap((runs, lambda) =>
      runs.map((changes, seed): [string, RunOutcome] => {
        const evaluation = fakeEvaluation(changes);
        const found = { val: summarize(evaluation), figures: splitFigures(evaluation) };
        return [`loss.lambda=${lambda}_seed=${seed}`, { status: "finished", failure: null, ...found }];
      }),
    ),
  );
  return assembleResult({ plan: PLAN, runs: planRuns(PLAN), outcomes, effectiveEps: () => null });
}

test("shows means and sample deviations in percent, and marks the baseline and the sweet spot", () => {
  const result = resultOf([{ gtKnownLoc: 0.1 }, { gtKnownLoc: 0.2 }], [{ gtKnownLoc: 0.4 }, { gtKnownLoc: 0.4 }]);
  const [spot] = result.sweetSpots;
  const sure = [{ arm: "loss.lambda=0", figure: "gtKnownAtVal", difference: -0.1, low: -0.2, high: -0.05 }] as const;
  const text = renderStudy({ ...result, sweetSpots: [{ ...spot!, differences: sure, indistinguishable: [] }] });
  expect(text.split("\n")).toEqual([
    "test: 2 arms, 2 seeds; percent, mean ± standard deviation, entropy of log C",
    "arm             val top-1  val GT-known  test top-1    GT-known    at val's   Top-1 Loc          V2        PxAP     entropy",
    "loss.lambda=0  50.0 ± 0.0    15.0 ± 7.1  50.0 ± 0.0  15.0 ± 7.1  55.0 ± 0.0  40.0 ± 0.0  55.0 ± 0.0  45.0 ± 0.0  21.7 ± 0.0  baseline",
    "loss.lambda=1  50.0 ± 0.0    40.0 ± 0.0  50.0 ± 0.0  40.0 ± 0.0  55.0 ± 0.0  40.0 ± 0.0  55.0 ± 0.0  45.0 ± 0.0  21.7 ± 0.0  sweet spot",
    "",
    "Sweet spot: loss.lambda=1, the best GT-known Loc on val with a top-1 of at least 50.0 % there; on test: GT-known Loc at val's threshold 55.0 ± 0.0 %, PxAP 45.0 ± 0.0 %, Top-1 Cls 50.0 ± 0.0 %.",
    "Distinguishable from every other in GT-known Loc at val's threshold (95 % interval over images and seeds). From the baseline loss.lambda=0 it differs by +10.0 points (+5.0 to +20.0).",
  ]);
});

test("what the data cannot give has no column, and val's PxAP stands where it has no boxes", () => {
  const text = renderStudy(resultOf([NO_BOXES, NO_BOXES], [NO_BOXES, { ...NO_BOXES, pxap: 0.5 }]));
  expect(text).toContain("val top-1    val PxAP  test top-1        PxAP     entropy\n");
  expect(text).toContain("Sweet spot: loss.lambda=1, the best PxAP on val");
});

test("a figure that only some runs have says how many", () => {
  const text = renderStudy(resultOf([{}, { atValThreshold: null }], [{}, {}]));
  expect(text).toMatch(/^loss\.lambda=0 .* {2}55\.0 \(1 of 2\) {2}/m);
});

test("arms that cannot be told from the sweet spot are named", () => {
  const result = resultOf([{}, {}], [{ gtKnownLoc: 0.7 }, { gtKnownLoc: 0.7 }]);
  const differences = [{ arm: "loss.lambda=0", figure: "pxap", difference: 0.1, low: -0.1, high: 0.2 }] as const;
  const [spot] = result.sweetSpots;
  const text = renderStudy({
    ...result,
    sweetSpots: [{ ...spot!, differences, indistinguishable: ["loss.lambda=0"] }],
  });
  expect(text).toContain("Not distinguishable in PxAP (95 % interval over images and seeds) from loss.lambda=0.");
});

test("a sweet spot of which val chose no threshold for one run is told by its best threshold", () => {
  const text = renderStudy(resultOf([{}, { atValThreshold: null }], [{ top1Cls: 0.1 }, { top1Cls: 0.1 }]));
  expect(text).toContain("on test: GT-known Loc 60.0 ± 0.0 %, PxAP");
});

test("arms that are told from the sweet spot by different figures are named with theirs", () => {
  const result = resultOf([{}, {}], [{ gtKnownLoc: 0.7 }, { gtKnownLoc: 0.7 }]);
  const differences = [
    { arm: "loss.lambda=0", figure: "gtKnownLoc", difference: -0.1, low: -0.2, high: 0.1 },
    { arm: "other", figure: "gtKnownAtVal", difference: -0.1, low: -0.2, high: -0.1 },
  ] as const;
  const [spot] = result.sweetSpots;
  const text = renderStudy({
    ...result,
    sweetSpots: [{ ...spot!, differences, indistinguishable: ["loss.lambda=0"] }],
  });
  expect(text.split("\n").at(-1)).toBe(
    "Not distinguishable in GT-known Loc or GT-known Loc at val's threshold (95 % interval over images and seeds) from " +
      "loss.lambda=0 (GT-known Loc). From the baseline loss.lambda=0 it differs in GT-known Loc by +10.0 points (-10.0 to +20.0).",
  );
});
