import type { ValidationSummary } from "../../runs/events";
import { SPLIT_FIGURES, type SplitFigures, type Spreads, spreadsOf, VAL_FIGURES } from "./figures";
import { groupsOf } from "./groups";
import type { PlannedRun, Settings, StudyArm, StudyPlan } from "./plan";
import { chooseSweetSpot, type SweetSpot } from "./sweet-spot";

export interface RunFailure {
  /** A `WsolErrorCode`; null for other errors. */
  readonly code: string | null;
  readonly message: string;
}

/** One run of an arm. */
export interface StudyRun {
  /** The name of its folder below `runs`; arms that train alike name the same. */
  readonly name: string;
  readonly seed: number;
  readonly status: "finished" | "failed" | "pending";
  readonly failure: RunFailure | null;
  /** The last epoch's validation; null without `val`, or before the run is finished. */
  readonly val: ValidationSummary | null;
  /** On the study's split; null before the run is finished. */
  readonly figures: SplitFigures | null;
}

export interface ArmResult {
  readonly name: string;
  readonly settings: Settings;
  /** The effective eps that was asked for; null where lambda was. */
  readonly eps: number | null;
  /** The label smoothing that the entropy term amounts to; null for other regularizers. */
  readonly effectiveEps: number | null;
  /** What others of its group are compared with. */
  readonly isBaseline: boolean;
  /** In the order of the seeds. */
  readonly runs: readonly StudyRun[];
  /** Of the last epochs' validations, over the finished runs. */
  readonly val: Spreads<ValidationSummary>;
  /** On the study's split, over the finished runs. */
  readonly figures: Spreads<SplitFigures>;
}

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
