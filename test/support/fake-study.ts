import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { effectiveEpsOfRun } from "../../lib/losses/effective-eps";
import { splitFigures } from "../../lib/studies/study/figures";
import { configOfArm, planRuns, type Settings, type StudyPlan, studyArm } from "../../lib/studies/study/plan";
import { assembleResult, type RunOutcome } from "../../lib/studies/study/result";
import { fakeEpoch, fakeEvaluation, writeFakeRun } from "./fake-run";

export interface FakeStudy {
  /** What each arm sets. */
  readonly arms: readonly Settings[];
  readonly seeds?: readonly number[];
  /** GT-known Loc of the test split at val's threshold, by effective strength and seed. @default one hump */
  readonly gtKnown?: (lambda: number, seed: number) => number;
}

/** Localization that is best at a lambda of 1, with a little noise that the seed makes. */
const hump = (lambda: number, seed: number): number =>
  0.25 + (lambda === 0 ? 0 : 0.3 * Math.exp(-(Math.log10(lambda) ** 2))) + 0.02 * ((seed * 7) % 3) - 0.02;

/** Writes the folder of a study as `wsol sweep` leaves it, without weights. Returns the folder. */
export function writeFakeStudy(folder: string, { arms, seeds = [0, 1, 2], gtKnown = hump }: FakeStudy): string {
  const plan: StudyPlan = {
    ...{ package: "0.1.0", data: "/data/set", split: "test", config: {}, seeds, choosesStrength: true },
    arms: arms.map((settings) => studyArm(Object.entries(settings))),
  };
  const runs = planRuns(plan, () => false);
  const outcomes = new Map<string, RunOutcome>();
  for (const { name, seed, config } of runs) {
    const { lambda } = config.loss;
    const rate = gtKnown(lambda, seed);
    const entropy = Math.min(0.9, 0.1 + 0.3 * lambda + 0.01 * seed);
    const evaluation = fakeEvaluation({
      gtKnownLoc: rate + 0.02,
      atValThreshold: { threshold: 0.3, gtKnownLoc: rate, top1Loc: rate - 0.05 },
      top1Cls: 0.9 - 0.02 * lambda + 0.005 * seed,
      meanEntropyFraction: entropy,
    });
    writeFakeRun(join(folder, "runs", name), { config, evaluation });
    const val = { ...fakeEpoch(4, 4).val!, gtKnownLoc: rate, top1Cls: 0.9 - 0.005 * lambda + 0.01 * seed };
    outcomes.set(name, { status: "finished", failure: null, val, figures: splitFigures(evaluation) });
  }
  const effectiveEps = (arm: StudyPlan["arms"][number]) => effectiveEpsOfRun(configOfArm(plan.config, arm), 10, 1000);
  const result = assembleResult({ plan, runs, outcomes, effectiveEps });
  const [spot] = result.sweetSpots;
  const others = result.arms.filter(({ name }) => name !== spot?.arm);
  const sure = {
    differences: others.map(({ name }) => ({
      ...{ arm: name, figure: "gtKnownAtVal" as const, difference: -0.1, low: -0.2, high: -0.05 },
    })),
    indistinguishable: others.slice(-1).map(({ name }) => name),
  };
  const sweetSpots = result.sweetSpots.map((one, index) => (index === 0 ? { ...one, ...sure } : one));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "study.json"), JSON.stringify(plan));
  writeFileSync(join(folder, "results.json"), JSON.stringify({ ...result, sweetSpots }));
  return folder;
}

/** Ten strengths of three terms, and none: with three seeds 93 runs. */
export const MANY_ARMS: readonly Settings[] = [
  { "loss.lambda": 0 },
  ...["entropy", "jeffreys", "confidence-penalty"].flatMap((regularizer) =>
    [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 1, 2, 3].map((lambda) => ({
      "loss.regularizer": regularizer,
      "loss.lambda": lambda,
    })),
  ),
];
