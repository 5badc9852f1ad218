import type { Dataset } from "../data/dataset";
import type { ImageLoader } from "../data/images/loader";
import { AgreedStop } from "../distributed/agreed-stop";
import { Processes } from "../distributed/processes";
import { checkOptions, type OptionKeys, warn } from "../options";
import type { EndEvent, EpochEvent, FitEvent } from "../runs/events";
import { Run } from "../tasks/run";
import type { CompleteRun, TrainingContext } from "./context";
import { recordFailure } from "./failure";
import { epochEvent, TrainingLog } from "./log";
import type { FitConfig, FitOptions } from "./options";
import { noTotals, stepsDone } from "./position";
import { prepare } from "./prepare";
import { reportSkipped } from "./skipped-images";
import type { Snapshot } from "./state";
import { trainOneEpoch } from "./train-one-epoch";
import { validate } from "./validate";

/** A stored model of a run. */
export interface FittedModel {
  /** The weights file. */
  readonly path: string;
  /** The epoch it was stored after, from 1. */
  readonly epoch: number;
}

export interface FitResult {
  readonly out: string;
  readonly last: FittedModel;
  /** By GT-known Loc on `val`, else PxAP, else accuracy; null without a `val` split. */
  readonly best: FittedModel | null;
  /** The event of the last epoch; null if a resumed run was already complete. */
  readonly finalEpoch: EpochEvent | null;
}

const KNOWN: OptionKeys<FitOptions> = {
  ...{ preset: true, signal: true, resume: true, force: true },
  ...{ onStep: true, onValidation: true, onDownload: true, onWarning: true },
};

/**
 * Trains a network on the `train` split; where `WORLD_SIZE` and its fellows are set, as torchrun and `wsol launch` set them,
 * together with the other processes, on this one's share of every batch, and the first process writes. The result is a promise, and a stream of events:
 * `for await (const event of run) …`. A failed run rejects once. Resuming a complete run changes no file.
 *
 * @param data An opened data set, or the folder of one.
 * @throws ERR_WSOL_CONFIG, ERR_WSOL_DATA, ERR_WSOL_IMAGE, ERR_WSOL_NON_FINITE_LOSS (the last good checkpoint stays),
 * ERR_WSOL_RUN_FOLDER, ERR_WSOL_WRITE, ERR_WSOL_BUSY (the folder is in use), ERR_WSOL_DISTRIBUTED (another process is gone), ERR_WSOL_DEVICE, …
 */
export function fit(data: Dataset | string, config: FitConfig, options: FitOptions = {}): Run<FitEvent, FitResult> {
  return new Run((emit) => trainTogether(data, config, options, emit));
}

async function trainTogether(
  data: Dataset | string,
  fitConfig: FitConfig,
  options: FitOptions,
  emit: (event: FitEvent) => void,
): Promise<FitResult> {
  checkOptions(options, KNOWN);
  const processes = await Processes.join(undefined, options.signal);
  try {
    return await trainRun(data, fitConfig, options, emit, { processes });
  } finally {
    await processes.close();
  }
}

/** What several runs share. */
export interface TrainRunOptions {
  /** With which the run is trained. @default none, this one alone */
  readonly processes?: Processes;
  /** Of several runs, which then decode each image once. @default the run's own */
  readonly loader?: ImageLoader;
}

/** What {@link fit} does. */
export async function trainRun(
  data: Dataset | string,
  fitConfig: FitConfig,
  options: FitOptions,
  emit: (event: FitEvent) => void,
  { processes = Processes.alone(), loader }: TrainRunOptions = {},
): Promise<FitResult> {
  checkOptions(options, KNOWN);
  const context = await prepare(data, fitConfig, options, { processes, shared: loader });
  if ("isComplete" in context) {
    emit(endEvent(context));
    return result(context, null);
  }
  const stop = new AgreedStop(options.signal, processes);
  try {
    return await trainOrSave(context, options, stop, emit);
  } catch (error) {
    throw await recordFailure(context, error);
  } finally {
    await context.session.close().finally(() => context.folder.release());
    if (loader === undefined) await context.loader.close();
  }
}

/** An interruption keeps what was learnt; any other failure keeps the last good checkpoint. */
async function trainOrSave(
  context: TrainingContext,
  options: FitOptions,
  stop: AgreedStop,
  emit: (event: FitEvent) => void,
): Promise<FitResult> {
  const { session, position, stepsPerEpoch, processes } = context;
  try {
    const log = await TrainingLog.open(context);
    return await trainEpochs(context, log, { options, stop, emit }).finally(() => log.close());
  } catch (error) {
    if (stop.signal?.aborted && processes.isFirst) {
      await save(context, await session.snapshot(stepsDone(position, stepsPerEpoch)), false);
    }
    throw error;
  }
}

async function save(context: TrainingContext, snapshot: Snapshot, isBest: boolean): Promise<void> {
  const { session, folder, position, stepsPerEpoch } = context;
  await session.save(folder, snapshot, position, { stepsPerEpoch, isBest });
}

/** Of the process that writes for all; none in the others, which fail where it is not finite. */
async function snapshotOfFirst({ processes, session, position, stepsPerEpoch }: TrainingContext): Promise<Snapshot[]> {
  const taken: Snapshot[] = [];
  await processes.ofFirst(async () => {
    taken.push(await session.snapshot(stepsDone(position, stepsPerEpoch)));
  });
  return taken;
}

async function trainEpochs(
  context: TrainingContext,
  log: TrainingLog,
  { options, stop, emit }: { options: FitOptions; stop: AgreedStop; emit: (event: FitEvent) => void },
): Promise<FitResult> {
  const { config, session, position } = context;
  let finalEpoch: EpochEvent | null = null;
  emit(await log.start(context));
  const { onWarning = warn } = options;
  const report = reportSkipped({
    before: log.skippedBefore,
    log: (event) => log.skipped(event),
    emit,
    warn: onWarning,
  });
  while (position.epoch < config.optim.epochs) {
    await trainOneEpoch(context, { ...options, stop }, report);
    // Each process has running statistics of its own batches.
    await session.trainer.shareState(false);
    // Before they are validated or saved.
    const [snapshot] = await snapshotOfFirst(context);
    const val = await validate(context, { ...options, stop }, report);
    const { totals } = position;
    position.epoch += 1;
    position.stepInEpoch = 0;
    position.totals = noTotals();
    const isBest = val?.isBest ?? false;
    if (val !== null && isBest) position.best = { epoch: position.epoch, score: val.score };
    if (val !== null) position.valThreshold = val.summary.bestThreshold;
    finalEpoch = epochEvent(context, totals, val?.summary ?? null);
    await log.epoch(finalEpoch);
    if (snapshot !== undefined) await save(context, snapshot, isBest);
    emit(finalEpoch);
  }
  emit(await log.end(endEvent(context)));
  return result(context, finalEpoch);
}

type Finished = Omit<CompleteRun, "isComplete">;

function endEvent({ position, stepsPerEpoch, startedAt }: Finished): EndEvent {
  return {
    type: "end",
    epochs: position.epoch,
    step: position.epoch * stepsPerEpoch,
    bestEpoch: position.best?.epoch ?? null,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

function result({ folder, position }: Finished, finalEpoch: EpochEvent | null): FitResult {
  return {
    out: folder.path,
    last: { path: folder.file("last"), epoch: position.epoch },
    best: position.best && { path: folder.file("best"), epoch: position.best.epoch },
    finalEpoch,
  };
}
