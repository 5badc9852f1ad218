import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isFile } from "../files";
import { readMetrics } from "../logs/metrics-log";
import type { EpochEvent, FailedEvent, FitEvent } from "./events";
import { RUN_FILES } from "./run-folder";

/** `training` is what the log says last: a run that was killed says so too. */
export type RunState = "not begun" | "training" | "failed" | "trained" | "evaluated";

/** How far a run is, by what lies in its folder. */
export interface RunProgress {
  readonly state: RunState;
  /** Epochs done. */
  readonly epoch: number;
  /** Epochs in all; null before the run has begun. */
  readonly epochs: number | null;
  /** The last epoch's event; null before one is done. */
  readonly last: EpochEvent | null;
  /** When the log was last written to, in milliseconds since 1970; null without one. */
  readonly changedAt: number | null;
}

const NOT_BEGUN: RunProgress = { state: "not begun", epoch: 0, epochs: null, last: null, changedAt: null };

type LoggedEvent = FitEvent | FailedEvent;

/** Also of a folder that is not there yet. @throws ERR_WSOL_RUN_FOLDER naming the line of a damaged log */
export async function readRunProgress(folder: string): Promise<RunProgress> {
  const log = join(folder, RUN_FILES.metrics);
  const events = (await readMetrics(log)) as LoggedEvent[];
  const start = events.findLast((event) => event.type === "start");
  if (start === undefined) return NOT_BEGUN;
  const last = events.findLast((event) => event.type === "epoch") ?? null;
  const changedAt = await stat(log).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
  const state = stateOf(events.at(-1)!, start.epochs, isFile(join(folder, RUN_FILES.evaluation)));
  return { state, epoch: last?.epoch ?? 0, epochs: start.epochs, last, changedAt };
}

function stateOf(last: LoggedEvent, epochs: number, isEvaluated: boolean): RunState {
  if (last.type === "failed") return "failed";
  // One that was killed after its last epoch is not trained again, and never says that it ended.
  const isTrained = last.type === "end" || (last.type === "epoch" && last.epoch >= epochs);
  if (!isTrained) return "training";
  return isEvaluated ? "evaluated" : "trained";
}
