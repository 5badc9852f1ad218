import type { ArmResult, RunFailure, StudyRun } from "./arm-result";
import { SPLIT_FIGURES, spreadsOf, VAL_FIGURES } from "./figures";
import { groupsOf } from "./groups";
import type { PlannedRun, StudyArm, StudyPlan } from "./plan";
import { chooseSweetSpot, type SweetSpot } from "./sweet-spot";

/** What a study has found: `results.json`, and what `--json` prints. */
export interface StudyResult {
  /** The version of this package. */
  readonly package: string;
  /** The data set's folder, absolute. */
  readonly data: string;
  /** The split of `figures`. */
  readonly split: string;
  readonly seeds: readonly number[];
  /** False while runs are still to come. */
  readonly isComplete: boolean;
  /** In the order of the plan. */
  readonly arms: readonly ArmResult[];
  /** One for each group of arms that differ in the loss alone; empty where no strength was to be chosen. */
  readonly sweetSpots: readonly SweetSpot[];
  /** The runs that could not be finished. */
  readonly failures: readonly (RunFailure & { readonly run: string })[];
}

/** What is known of a run so far. */
export type RunOutcome = Pick<StudyRun, "status" | "failure" | "val" | "figures">;

export const PENDING: RunOutcome = { status: "pending", failure: null, val: null, figures: null };

export interface ResultInput {
  readonly plan: StudyPlan;
  readonly runs: readonly PlannedRun[];
  /** By the names of the runs; one that is not there is pending. */
  readonly outcomes: ReadonlyMap<string, RunOutcome>;
  readonly effectiveEps: (arm: StudyArm) => number | null;
}

/** The table of a study as far as its runs are, with the sweet spots but not yet how sure they are. */
export function assembleResult({ plan, runs, outcomes, effectiveEps }: ResultInput): StudyResult {
  const groups = groupsOf(plan);
  const baselines = new Set(groups.map(({ baseline }) => baseline));
  const arms = plan.arms.map((arm): ArmResult => {
    const ofArm = runs.filter((run) => run.arms.includes(arm.name));
    const results = ofArm.map(({ name, seed }): StudyRun => ({ name, seed, ...(outcomes.get(name) ?? PENDING) }));
    const { name, settings, eps = null } = arm;
    return {
      name,
      settings,
      eps,
      effectiveEps: effectiveEps(arm),
      isBaseline: baselines.has(name),
      runs: results,
      val: spreadsOf(
        VAL_FIGURES,
        results.map(({ val }) => val).filter((val) => val !== null),
      ),
      figures: spreadsOf(
        SPLIT_FIGURES,
        results.map(({ figures }) => figures).filter((figures) => figures !== null),
      ),
    };
  });
  const outcomeOf = ({ name }: PlannedRun) => outcomes.get(name) ?? PENDING;
  const { package: version, data, split, seeds } = plan;
  return {
    package: version,
    data,
    split,
    seeds,
    isComplete: runs.every((run) => outcomeOf(run).status !== "pending"),
    arms,
    sweetSpots: plan.choosesStrength ? groups.map((group) => chooseSweetSpot(group, arms)) : [],
    failures: runs.flatMap((run) => {
      const { failure } = outcomeOf(run);
      return failure === null ? [] : [{ run: run.name, ...failure }];
    }),
  };
}
