import { existsSync } from "node:fs";
import type { Dataset } from "../../data/dataset";
import { splitFingerprint } from "../../data/split-fingerprint";
import { loadTorchAddon } from "../../native/load-torch";
import { warn } from "../../options";
import { effectiveEpsOfArm } from "./effective-eps-of-arm";
import type { StudyEvent, StudyProgress } from "./events";
import { howSure } from "./how-sure";
import { StudyMeter } from "./meter";
import { type PlannedRun, planRuns, type StudyPlan } from "./plan";
import { assembleResult, type RunOutcome, type StudyResult } from "./result";
import { runOne, type StudyContext } from "./run-one";
import { type RunFate, statusOfRuns } from "./run-status";
import { SharedLoaders } from "./shared-loaders";
import { inSlots, slotsFor } from "./slots";
import { StudyFolder } from "./study-folder";

export interface RunStudyOptions {
  /** The study's folder. */
  readonly out: string;
  /** The data set of the plan. */
  readonly data: Dataset;
  /** Runs that go on at the same time. @default 1 */
  readonly jobs?: number;
  /** The jobs take these in turn; by default what the configuration says. */
  readonly devices?: readonly string[];
  /** Saves the runs that go on, and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** What it throws stops the study, as an abort does. */
  readonly onProgress?: (progress: StudyProgress) => void;
  /** @default Node's `warning` event, which it prints */
  readonly onWarning?: (message: string) => void;
}

/**
 * Runs what a plan's folder lacks: runs that are finished stay, those that were begun go on. A run that fails is recorded
 * with its error, and the others go on.
 *
 * @throws before anything runs: ERR_WSOL_CONFIG (naming the arm), ERR_WSOL_DATA, ERR_WSOL_BUSY, ERR_WSOL_RUN_FOLDER (a run
 *   or study with other settings lies there), ERR_WSOL_LIBTORCH_NOT_FOUND, …; later ERR_WSOL_WRITE for the study's own files
 */
export async function runStudy(
  plan: StudyPlan,
  options: RunStudyOptions,
  emit: (event: StudyEvent) => void,
): Promise<StudyResult> {
  const { data: dataset, jobs = 1, onWarning = warn } = options;
  const { split } = plan;
  options.signal?.throwIfAborted();
  loadTorchAddon();
  // Everything that the plan itself can be wrong in, before the folder is made.
  new StudyMeter(planRuns(plan), { dataset, split });
  const devices = options.devices ?? [planRuns(plan)[0]!.config.device];
  const slots = slotsFor(jobs, devices);
  const fingerprint = await splitFingerprint(dataset.split(split), options.signal ? { signal: options.signal } : {});

  const folder = await StudyFolder.acquire(options.out, onWarning);
  try {
    const runs = planRuns(plan, (name) => existsSync(folder.run(name)));
    const fates = await statusOfRuns(folder, runs, { dataset, split, fingerprint });
    await folder.writePlan(plan);
    emit({
      type: "plan",
      out: folder.path,
      arms: plan.arms.map(({ name }) => name),
      seeds: plan.seeds,
      split,
      runs: runs.map(({ name }) => ({ name, status: fates.get(name)!.status })),
    });
    return await runAll({ plan, runs, fates, folder, slots, dataset, onWarning, emit }, options);
  } finally {
    folder.release();
  }
}

interface Prepared extends Pick<StudyContext, "plan" | "folder" | "dataset" | "onWarning" | "emit"> {
  readonly runs: readonly PlannedRun[];
  readonly fates: ReadonlyMap<string, RunFate>;
  readonly slots: ReturnType<typeof slotsFor>;
}

async function runAll(prepared: Prepared, { signal, onProgress }: RunStudyOptions): Promise<StudyResult> {
  const { plan, runs, fates, folder, slots, dataset, emit } = prepared;
  const stop = new AbortController();
  const abort = () => stop.abort(signal!.reason);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  const report = (progress: StudyProgress) => {
    try {
      onProgress?.(progress);
    } catch (error) {
      // Not the failure of the run that happened to report.
      stop.abort(error);
    }
  };
  const meter = new StudyMeter(runs, { dataset, split: plan.split, report });
  for (const [run, { status, steps }] of fates) meter.before(run, status === "finished" ? null : steps);
  const context: StudyContext = { ...prepared, meter, loaders: new SharedLoaders(), signal: stop.signal };
  const outcomes = new Map<string, RunOutcome>();
  const resultSoFar = () =>
    assembleResult({ plan, runs, outcomes, effectiveEps: (arm) => effectiveEpsOfArm(plan, arm, dataset) });
  let writing = Promise.resolve();
  try {
    await inSlots(slots, runs, stop.signal, async (run, slot) => {
      const outcome = await runOne(run, fates.get(run.name)!, slot, context);
      if (outcome === null) return;
      outcomes.set(run.name, outcome);
      const result = resultSoFar();
      writing = writing.then(() => folder.writeResult(result));
      // One that cannot be written ends the study: nothing it finds could be kept.
      await writing.catch((error) => stop.abort(error));
    });
    stop.signal.throwIfAborted();
    const result = await howSure(resultSoFar(), { folder, signal: stop.signal });
    await folder.writeResult(result);
    emit({ type: "end", result });
    return result;
  } finally {
    signal?.removeEventListener("abort", abort);
    await context.loaders.close();
  }
}
