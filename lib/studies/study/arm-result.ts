import type { ValidationSummary } from "../../runs/events";
import type { SplitFigures, Spreads } from "./figures";
import type { Settings } from "./plan";

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
