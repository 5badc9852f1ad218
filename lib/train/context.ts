import type { Config } from "../config/schema";
import type { ImageLoader } from "../data/images/loader";
import type { Split } from "../data/split";
import type { Processes } from "../distributed/processes";
import type { TrueMasks } from "../evaluate/evaluator/true-masks";
import type { RunFolder } from "../runs/run-folder";
import type { Position } from "./position";
import type { TrainingSession } from "./session";

/** Everything a run works with, checked and open. */
export interface TrainingContext {
  readonly config: Config;
  readonly numClasses: number;
  readonly train: Split;
  readonly val: Split | null;
  readonly loader: ImageLoader;
  /** Of `val`: read in the first validation only. */
  readonly trueMasks: TrueMasks;
  readonly session: TrainingSession;
  readonly folder: RunFolder;
  readonly stepsPerEpoch: number;
  /** Images of a step that this process takes. */
  readonly batchSize: number;
  /** Moves on with every step. */
  readonly position: Position;
  readonly startedAt: number;
  /** Those that train this run. */
  readonly processes: Processes;
}

/** A run that is resumed with nothing left to do; its folder is free again and as it was. */
export interface CompleteRun extends Pick<TrainingContext, "folder" | "position" | "stepsPerEpoch" | "startedAt"> {
  readonly isComplete: true;
}
