import type { RecipeName } from "../config/recipes";
import type { ConfigInput } from "../config/schema";
import type { StepProgress } from "../runs/events";

export interface FitConfig extends ConfigInput {
  /** The run folder. */
  readonly out: string;
}

/** Progress of an epoch's validation. */
export interface ValidationProgress {
  /** Counts from 1. */
  readonly epoch: number;
  /** Images of `val` that were evaluated. */
  readonly done: number;
  readonly total: number;
}

export interface FitOptions {
  /** The recipe that the configuration starts from; the keys that are given beat it. @default none */
  readonly preset?: RecipeName;
  /** Stops within one step, after saving, and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Continues the run in `out`. On the CPU the weights end up as if it had never stopped. @default false */
  readonly resume?: boolean;
  /** Replaces the run that `out` holds; whatever else lies there stays. @default false */
  readonly force?: boolean;
  /** Called after every step; what it throws stops the run. */
  readonly onStep?: (progress: StepProgress) => void;
  /** Called after every batch of a validation; what it throws stops the run. */
  readonly onValidation?: (progress: ValidationProgress) => void;
  /** Told of bytes of weights with a name that are fetched; `total` where it is known. */
  readonly onDownload?: (done: number, total: number | undefined) => void;
  /** Told what is worth knowing and stops nothing. @default Node's `warning` event, which it prints */
  readonly onWarning?: (message: string) => void;
}
