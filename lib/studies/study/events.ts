import type { EpochEvent, ValidationSummary } from "../../runs/events";
import type { SplitFigures } from "./figures";
import type { StudyResult } from "./result";

/** How far a run was when the study began: not at all, in training, trained, or trained and evaluated. */
export type RunStatus = "new" | "begun" | "trained" | "finished";

export interface StudyPlanEvent {
  readonly type: "plan";
  /** The study's folder, absolute. */
  readonly out: string;
  readonly arms: readonly string[];
  readonly seeds: readonly number[];
  readonly split: string;
  readonly runs: readonly { readonly name: string; readonly status: RunStatus }[];
}

export interface RunStartEvent {
  readonly type: "run-start";
  readonly run: string;
  readonly seed: number;
  /** The names of the arms that it belongs to. */
  readonly arms: readonly string[];
  readonly status: RunStatus;
  /** As asked for: `auto`, `cpu` or `cuda:N`. */
  readonly device: string;
}

export interface RunEpochEvent {
  readonly type: "epoch";
  readonly run: string;
  readonly epoch: EpochEvent;
}

/** The run is trained. */
export interface RunEndEvent {
  readonly type: "run-end";
  readonly run: string;
  /** Of this session's training. */
  readonly seconds: number;
}

/** The run is evaluated, and with that finished. */
export interface RunEvaluatedEvent {
  readonly type: "evaluated";
  readonly run: string;
  readonly val: ValidationSummary | null;
  readonly figures: SplitFigures;
}

/** The run could not be finished; the others go on. */
export interface RunFailedEvent {
  readonly type: "run-failed";
  readonly run: string;
  /** A `WsolErrorCode`; null for other errors. */
  readonly code: string | null;
  readonly message: string;
  /** What to do about it; null where that is not known. */
  readonly fix: string | null;
}

export interface StudyEndEvent {
  readonly type: "end";
  readonly result: StudyResult;
}

/** What happens in a study, in order; runs that go on at the same time take turns. */
export type StudyEvent =
  | StudyPlanEvent
  | RunStartEvent
  | RunEpochEvent
  | RunEndEvent
  | RunEvaluatedEvent
  | RunFailedEvent
  | StudyEndEvent;

/** Progress over the whole study. */
export interface StudyProgress {
  /** Images that were trained on or evaluated, those of earlier sessions included. */
  readonly done: number;
  /** Of all runs to their end. */
  readonly total: number;
  /** Since the last call. */
  readonly images: number;
  /** The run that went on. */
  readonly run: string;
}
