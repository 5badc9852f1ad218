import { MetricsLog } from "../logs/metrics-log";
import { EventFile } from "../logs/tensorboard";
import { effectiveEpsOfRun } from "../losses/effective-eps";
import { largestEntropy } from "../losses/largest-entropy";
import type { EndEvent, EpochEvent, FitEvent, SkippedEvent, StartEvent, ValidationSummary } from "../runs/events";
import type { TrainingContext } from "./context";
import type { EpochTotals } from "./position";
import { learningRateAt } from "./schedule";

/** What a run leaves to read: `metrics.jsonl` and TensorBoard events. */
export class TrainingLog {
  /** Null where another process writes. */
  readonly #metrics: MetricsLog | null;
  readonly #board: EventFile | null;
  /** What earlier sessions of the run have left out. */
  readonly skippedBefore: readonly SkippedEvent[];

  private constructor(metrics: MetricsLog | null, board: EventFile | null, skippedBefore: readonly SkippedEvent[]) {
    this.#metrics = metrics;
    this.#board = board;
    this.skippedBefore = skippedBefore;
  }

  /** Drops epochs that were logged but not stored, so that a resumed run has each epoch once. */
  static async open({ folder, position, stepsPerEpoch, processes }: TrainingContext): Promise<TrainingLog> {
    if (!processes.isFirst) return new TrainingLog(null, null, []);
    const finishedEpochs = position.epoch;
    const skippedBefore: SkippedEvent[] = [];
    const metrics = await MetricsLog.open(folder.file("metrics"), {
      keep: (logged) => {
        const event = logged as FitEvent;
        if (event.type === "skipped") skippedBefore.push(event);
        return event.type !== "epoch" || event.epoch <= finishedEpochs;
      },
    });
    const resumed = finishedEpochs > 0 ? { resumeAt: finishedEpochs * stepsPerEpoch + 1 } : {};
    return new TrainingLog(metrics, await EventFile.open(folder.path, resumed), skippedBefore);
  }

  async start(context: TrainingContext): Promise<StartEvent> {
    const event = startEvent(context);
    await this.#metrics?.append(event);
    return event;
  }

  async skipped(event: SkippedEvent): Promise<void> {
    await this.#metrics?.append(event);
  }

  async epoch(event: EpochEvent): Promise<void> {
    await this.#metrics?.append(event);
    for (const [tag, value] of Object.entries(scalarsOf(event))) this.#board?.scalar(tag, value, event.step);
    await this.#board?.flush();
  }

  async end(event: EndEvent): Promise<EndEvent> {
    await this.#metrics?.append(event);
    return event;
  }

  async close(): Promise<void> {
    await this.#metrics?.close();
    await this.#board?.close();
  }
}

function startEvent({
  config,
  numClasses,
  train,
  folder,
  session,
  position,
  stepsPerEpoch,
}: TrainingContext): StartEvent {
  return {
    type: "start",
    out: folder.path,
    numClasses,
    images: train.ids.length,
    epochs: config.optim.epochs,
    stepsPerEpoch,
    resumedAt: position.epoch * stepsPerEpoch + position.stepInEpoch,
    device: session.device,
    initialWeights: session.initialWeights,
  };
}

/** The event of the epoch that `position` has just finished; a function of where the run is, not of how it came there. */
export function epochEvent(
  { config, numClasses, train, position, stepsPerEpoch }: TrainingContext,
  totals: Readonly<EpochTotals>,
  val: ValidationSummary | null,
): EpochEvent {
  const { images, seconds } = totals;
  const steps = position.epoch * stepsPerEpoch;
  return {
    type: "epoch",
    epoch: position.epoch,
    epochs: config.optim.epochs,
    step: steps,
    learningRate: learningRateAt(steps - 1, stepsPerEpoch, config.optim),
    loss: totals.loss / images,
    crossEntropy: totals.crossEntropy / images,
    meanEntropy: totals.entropy / images,
    meanEntropyFraction: totals.entropy / images / largestEntropy(config.loss, numClasses),
    top1Cls: totals.correct / images,
    effectiveEps: effectiveEpsOfRun(config, numClasses, train.ids.length),
    skipped: totals.skipped,
    imagesPerSecond: images / seconds,
    seconds,
    waitFraction: totals.waited / seconds,
    val,
  };
}

function scalarsOf(event: EpochEvent): Record<string, number> {
  const { learningRate, loss, crossEntropy, meanEntropy, meanEntropyFraction, top1Cls, val } = event;
  const train = { loss, crossEntropy, meanEntropy, meanEntropyFraction, top1Cls, learningRate };
  const named = [...prefixed("train", train), ...prefixed("val", val ?? {})];
  return Object.fromEntries(named.filter((entry): entry is [string, number] => entry[1] !== null));
}

function prefixed(prefix: string, values: object): [string, number | null][] {
  return Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value]);
}
