import { EXPERIMENTS } from "../../../../lib/studies/experiments/experiments";
import { assembleReproduction } from "../../../../lib/studies/reproduce/reproduction";
import { RunTimes } from "../../../../lib/studies/reproduce/run-times";
import { renderReproduction } from "../../../../lib/studies/reproduce/table";
import type { ArmResult } from "../../../../lib/studies/study/arm-result";
import type { StudyEvent } from "../../../../lib/studies/study/events";
import { SPLIT_FIGURES, type SplitFigures, spreadsOf, VAL_FIGURES } from "../../../../lib/studies/study/figures";
import type { StudyResult } from "../../../../lib/studies/study/result";

const NOTHING = Object.fromEntries(SPLIT_FIGURES.map((name) => [name, null])) as unknown as SplitFigures;

function arm(name: string, lambda: number, figures: Partial<SplitFigures>): ArmResult {
  return {
    ...{ name, settings: { "loss.lambda": lambda }, eps: null, effectiveEps: lambda / (1 + lambda), isBaseline: false },
    ...{ runs: [], val: spreadsOf(VAL_FIGURES, []) },
    figures: spreadsOf(SPLIT_FIGURES, [{ ...NOTHING, ...figures }]),
  };
}

function study(...arms: ArmResult[]): StudyResult {
  const facts = { package: "0.1.0", data: "/data", split: "test", seeds: [0], isComplete: true };
  return { ...facts, arms, sweetSpots: [], failures: [] };
}

const ARMS = [
  arm("cam", 0, { gtKnownAtVal: 0.5, pxap: 0.4, top1Cls: 0.9, meanEntropyFraction: 0.1 }),
  arm("adl", 0, { gtKnownAtVal: 0.6, pxap: 0.3, top1Cls: 0.8, meanEntropyFraction: 0.05 }),
  arm("term", 0.1, { gtKnownAtVal: 0.625, pxap: 0.35, top1Cls: 0.9, meanEntropyFraction: 0.4 }),
];
const KNOWN = { recipe: "small", isQuick: false, seconds: [], notes: ["A note."] } as const;

test("every row has ours, and an unknown figure of the paper", () => {
  const { arms } = assembleReproduction(EXPERIMENTS.main, study(...ARMS), { ...KNOWN, experiment: "main" });
  expect(arms.map((row) => [row.arm, row.paper, row.ours.gtKnownAtVal?.mean, row.difference])).toEqual([
    ["cam", null, 0.5, null],
    ["adl", null, 0.6, null],
    ["term", null, 0.625, null],
  ]);
});

test("the published pair stands beside the best with and the best without the term, by every figure that there is", () => {
  const { unattributed } = assembleReproduction(EXPERIMENTS.main, study(...ARMS), { ...KNOWN, experiment: "main" });
  expect(unattributed?.paper).toEqual({
    ...{ entropy: 86.8, previousBest: 74.8, difference: 12, lambda: 1e-4 },
    ...{ data: null, metric: null, backbone: null },
  });
  expect(unattributed?.ours).toEqual([
    { figure: "gtKnownAtVal", entropy: 62.5, previousBest: 60, difference: 2.5 },
    { figure: "pxap", entropy: 35, previousBest: 40, difference: -5 },
  ]);
});

test("a pair of which one half is missing is left out", () => {
  const { unattributed } = assembleReproduction(EXPERIMENTS.main, study(ARMS[0]!), { ...KNOWN, experiment: "main" });
  expect(unattributed?.ours).toEqual([]);
});

test("the curve rises in entropy", () => {
  const { curve, unattributed } = assembleReproduction(EXPERIMENTS.entropy, study(...ARMS), {
    ...{ ...KNOWN, experiment: "entropy" },
  });
  expect(unattributed).toBeNull();
  expect(curve!.map((point) => [point.arm, point.meanEntropyFraction.mean, point.localization.pxap?.mean])).toEqual([
    ["adl", 0.05, 0.3],
    ["cam", 0.1, 0.4],
    ["term", 0.4, 0.35],
  ]);
});

test("the table has the paper's unknown figures, the unattributed pair and the seconds of a run", () => {
  const seconds = [
    { run: "a", seconds: 4 },
    { run: "b", seconds: 7 },
  ];
  const text = renderReproduction(
    assembleReproduction(EXPERIMENTS.main, study(...ARMS), { ...KNOWN, experiment: "main", seconds }),
  );
  expect(text).toMatch(/^Main comparison: .*\nrecipe small\nA note\.\n\n/);
  expect(text).toContain("arm     paper  ours: GT-known Loc at val's threshold  difference\n");
  expect(text).toMatch(/\nterm +unknown +62\.5 +unknown\n/);
  expect(text).toContain("unattributed (data unknown, metric unknown, backbone unknown; lambda 0.0001)");
  expect(text).toMatch(/\npaper +86\.8 +74\.8 +12\.0\n/);
  expect(text).toMatch(/\nours: PxAP +35\.0 +40\.0 +-5\.0\n/);
  expect(text).toContain("Seconds per run: mean 5.5, most 7.0");
});

test("only runs that begin anew are timed", () => {
  const clock = [0, 1000, 9000, 20_000];
  const times = new RunTimes(() => clock.shift()!);
  const run = (name: string, status: "new" | "begun") => {
    times.see({ type: "run-start", run: name, status } as StudyEvent);
    times.see({ type: "evaluated", run: name } as StudyEvent);
  };
  run("first", "new");
  run("resumed", "begun");
  run("second", "new");
  expect(times.seconds).toEqual([
    { run: "first", seconds: 1 },
    { run: "second", seconds: 11 },
  ]);
});

test("rows are told by a figure that all measured arms have", () => {
  const arms = [
    arm("cam", 0, { gtKnownAtVal: 0.5, gtKnownLoc: 0.55 }),
    arm("no threshold", 0.1, { gtKnownLoc: 0.6 }),
    arm("failed", 1, {}),
  ];
  const text = renderReproduction(
    assembleReproduction(EXPERIMENTS.regularizers, study(...arms), { ...KNOWN, experiment: "regularizers" }),
  );
  expect(text).toMatch(/^arm +paper +ours: GT-known Loc +difference$/m);
  expect(text).toMatch(/^no threshold +unknown +60\.0 +unknown$/m);
  expect(text).toMatch(/^failed +unknown +- +unknown$/m);
});
