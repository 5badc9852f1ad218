import type { Dataset } from "../../data/dataset";
import { isWsolError } from "../../errors";
import { evaluateRunWith } from "../../evaluate/evaluate-run";
import type { FitEvent } from "../../runs/events";
import { readRunSummaries } from "../../runs/summary";
import { trainRun } from "../../train/fit";
import type { StudyEvent } from "./events";
import { splitFigures } from "./figures";
import type { StudyMeter } from "./meter";
import type { PlannedRun, StudyPlan } from "./plan";
import { PENDING, type RunOutcome } from "./result";
import type { RunFate } from "./run-status";
import type { SharedLoaders } from "./shared-loaders";
import type { Slot } from "./slots";
import type { StudyFolder } from "./study-folder";

/** What all runs of a study share. */
export interface StudyContext {
  readonly plan: StudyPlan;
  readonly folder: StudyFolder;
  readonly dataset: Dataset;
  readonly loaders: SharedLoaders;
  readonly meter: StudyMeter;
  /** Stops all. */
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
  readonly emit: (event: StudyEvent) => void;
}

/** Brings one run to its end, from where it is; null where the study was stopped before. Does not reject. */
export async function runOne(
  run: PlannedRun,
  fate: RunFate,
  slot: Slot,
  context: StudyContext,
): Promise<RunOutcome | null> {
  const { meter, signal, emit } = context;
  try {
    if (fate.error !== null) throw fate.error;
    const { name, seed, arms } = run;
    if (fate.status !== "finished") {
      meter.started(name);
      emit({ type: "run-start", run: name, seed, arms, status: fate.status, device: slot.device });
      if (fate.status !== "trained") await train(run, fate, slot, context);
      meter.trained(name);
      await evaluate(run, slot, context);
    }
    const outcome = await outcomeOf(run, context);
    meter.settled(name);
    if (fate.status !== "finished") emit({ type: "evaluated", run: name, val: outcome.val, figures: outcome.figures! });
    return outcome;
  } catch (error) {
    if (signal.aborted) return null;
    const failure = {
      code: isWsolError(error) ? error.code : null,
      message: error instanceof Error ? error.message : String(error),
    };
    meter.settled(run.name);
    const fix = (isWsolError(error) && error.fix) || null;
    emit({ type: "run-failed", run: run.name, ...failure, fix });
    return { ...PENDING, status: "failed", failure };
  }
}

async function train(
  { name, config }: PlannedRun,
  { status }: RunFate,
  { device, threads }: Slot,
  { folder, dataset, loaders, meter, signal, onWarning, emit }: StudyContext,
): Promise<void> {
  const resume = status === "begun";
  const place = { device, threads: config.threads || threads };
  const { cache, cacheMemory, cacheDir, workers, onBadImage } = config.data;
  // What was begun has its settings: only those are given again that may differ.
  const data = { cache, cacheMemory, cacheDir, workers, onBadImage };
  const given = resume ? { ...place, data } : { ...config, ...place };
  const startedAt = performance.now();
  let validated = 0;
  const report = (event: FitEvent) => {
    if (event.type === "epoch") emit({ type: "epoch", run: name, epoch: event });
  };
  await trainRun(
    dataset,
    { ...given, out: folder.run(name) },
    {
      resume,
      signal,
      onWarning,
      onStep: ({ images }) => meter.add(name, images),
      onValidation: ({ done, total }) => {
        meter.add(name, done - validated);
        validated = done === total ? 0 : done;
      },
    },
    report,
    { loader: loaders.for(config.data) },
  );
  emit({ type: "run-end", run: name, seconds: (performance.now() - startedAt) / 1000 });
}

async function evaluate(
  { name, config }: PlannedRun,
  slot: Slot,
  { plan, folder, dataset, loaders, meter, signal, onWarning }: StudyContext,
): Promise<void> {
  const threads = config.threads || slot.threads;
  let before = 0;
  await evaluateRunWith(
    folder.run(name),
    dataset,
    {
      ...{ split: plan.split, device: slot.device, threads, workers: threads, signal, scoreMap: config.scoreMap },
      ...{ onBadImage: config.data.onBadImage, onWarning },
      onProgress: (done: number) => {
        meter.add(name, done - before);
        before = done;
      },
    },
    loaders.for(config.data),
  );
}

/** What a finished run's folder says. */
async function outcomeOf({ name }: PlannedRun, { folder }: StudyContext): Promise<RunOutcome> {
  const [summary] = await readRunSummaries([folder.run(name)]);
  const { epochs, evaluation } = summary!;
  return {
    ...{ status: "finished", failure: null },
    val: epochs.at(-1)?.val ?? null,
    figures: splitFigures(evaluation!),
  };
}
