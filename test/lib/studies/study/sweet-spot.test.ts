import type { ValidationSummary } from "../../../../lib/runs/events";
import { groupsOf } from "../../../../lib/studies/study/groups";
import { planRuns, type StudyPlan, studyArm } from "../../../../lib/studies/study/plan";
import { assembleResult, type RunOutcome } from "../../../../lib/studies/study/result";

const VAL: ValidationSummary = {
  ...{ top1Cls: 0.9, gtKnownLoc: 0.1, top1Loc: null, maxBoxAccV2: null, pxap: 0.3 },
  ...{ meanEntropy: 1, meanEntropyFraction: 0.5, bestThreshold: null, skipped: 0 },
};

type Figures = Partial<ValidationSummary> | null | "failed";

function outcome(val: Figures): RunOutcome {
  if (val === "failed") {
    return { status: "failed", failure: { code: null, message: "no" }, val: null, figures: null };
  }
  return { status: "finished", failure: null, val: val && { ...VAL, ...val }, figures: null };
}

/** The sweet spot of arms of lambda 0, 1, 2, … with these figures of each seed. */
function chosen(...arms: Figures[][]) {
  const plan: StudyPlan = {
    ...{ package: "0", data: "/d", split: "test", config: {}, choosesStrength: true },
    seeds: arms[0]!.map((_, seed) => seed),
    arms: arms.map((__, lambda) => studyArm([["loss.lambda", lambda]])),
  };
  const runs = planRuns(plan);
  const outcomes = new Map(
    arms.flatMap((vals, lambda) =>
      vals.map((val, seed) => [`loss.lambda=${lambda}_seed=${seed}`, outcome(val)] as const),
    ),
  );
  const { sweetSpots } = assembleResult({ plan, runs, outcomes, effectiveEps: () => null });
  expect(sweetSpots).toHaveLength(1);
  return sweetSpots[0]!;
}

test("it is the best mean GT-known on val among the arms that classify as well as the baseline less its sd", () => {
  // Baseline: mean 0.9, sd 0.02 (0.88, 0.92 have a sample sd of 0.0283).
  const baseline = [{ top1Cls: 0.88 }, { top1Cls: 0.92 }];
  const good = [
    { top1Cls: 0.87, gtKnownLoc: 0.2 },
    { top1Cls: 0.88, gtKnownLoc: 0.3 },
  ];
  const wrong = [
    { top1Cls: 0.87, gtKnownLoc: 0.9 },
    { top1Cls: 0.87, gtKnownLoc: 0.9 },
  ];
  const spot = chosen(baseline, good, wrong);
  expect(spot).toMatchObject({ arm: "loss.lambda=1", baseline: "loss.lambda=0", chosenBy: "gtKnownLoc", reason: null });
  expect(spot.leastTop1Cls).toBeCloseTo(0.9 - 0.04 / Math.SQRT2, 12);
});

test("with one seed the baseline's top-1 itself is the least", () => {
  const spot = chosen([{ top1Cls: 0.9 }], [{ top1Cls: 0.899, gtKnownLoc: 0.9 }], [{ top1Cls: 0.9, gtKnownLoc: 0.2 }]);
  expect(spot).toMatchObject({ arm: "loss.lambda=2", leastTop1Cls: 0.9 });
});

test("the first of equals is chosen, also where the same figures are added in another order", () => {
  const values = [0.1, 0.2, 0.3].map((gtKnownLoc) => ({ gtKnownLoc }));
  const others = [0.3, 0.2, 0.1].map((gtKnownLoc) => ({ gtKnownLoc }));
  expect(chosen([{}, {}, {}], others, values).arm).toBe("loss.lambda=1");
  expect(chosen([{}, {}, {}], values, others).arm).toBe("loss.lambda=1");
});

test("the baseline is chosen where nothing localizes better", () => {
  expect(chosen([{ gtKnownLoc: 0.5 }], [{ gtKnownLoc: 0.4 }]).arm).toBe("loss.lambda=0");
});

test("PxAP chooses where there are no boxes", () => {
  const spot = chosen([{ gtKnownLoc: null, pxap: 0.3 }], [{ gtKnownLoc: null, pxap: 0.4 }]);
  expect(spot).toMatchObject({ arm: "loss.lambda=1", chosenBy: "pxap" });
});

test.each([
  ["a failed baseline", [["failed"], [{}]], "not every run of the baseline is finished"],
  ["no val", [[null], [null]], "the data set has no split val to choose on"],
  [
    "neither boxes nor masks",
    [[{ gtKnownLoc: null, pxap: null }], [{ gtKnownLoc: null, pxap: null }]],
    "val has neither boxes nor masks to choose by",
  ],
] as [string, Figures[][], string][])("with %s there is none, and it says why", (_, arms, reason) => {
  expect(chosen(...arms)).toMatchObject({ arm: null, chosenBy: null, reason });
});

test("an arm with a failed run is not chosen", () => {
  expect(chosen([{}, {}], [{ gtKnownLoc: 0.9 }, "failed"], [{ gtKnownLoc: 0.2 }, { gtKnownLoc: 0.2 }]).arm).toBe(
    "loss.lambda=2",
  );
});

test("there is one for each combination of the keys beside the loss, with a baseline each", () => {
  const combinations = ["none", "adl"].flatMap((method) =>
    ["entropy", "jeffreys"].flatMap((regularizer) =>
      [0, 1].map((lambda) =>
        studyArm([
          ["method.name", method],
          ["loss.regularizer", regularizer],
          ["loss.lambda", lambda],
        ]),
      ),
    ),
  );
  const groups = groupsOf({ arms: combinations, config: {}, choosesStrength: true });
  expect(groups.map(({ settings, baseline, arms }) => [settings, baseline, arms.length])).toEqual([
    [{ "method.name": "none" }, "method.name=none_loss.regularizer=entropy_loss.lambda=0", 4],
    [{ "method.name": "adl" }, "method.name=adl_loss.regularizer=entropy_loss.lambda=0", 4],
  ]);
});

test("where no strength is chosen the first arm is what the others are compared with", () => {
  const arms = ["none", "adl"].map((method) => studyArm([["method.name", method]]));
  expect(groupsOf({ arms, config: {}, choosesStrength: false })).toEqual([
    { settings: {}, arms: ["method.name=none", "method.name=adl"], baseline: "method.name=none" },
  ]);
});
