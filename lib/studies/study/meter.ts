import type { Dataset } from "../../data/dataset";
import { trainingPlan } from "../../train/training-plan";
import type { StudyProgress } from "./events";
import type { PlannedRun } from "./plan";

interface RunAmounts {
  /** A step's share of the images of the training, its validations included. */
  readonly perStep: number;
  readonly training: number;
  readonly evaluation: number;
  done: number;
}

/** Counts the images of a whole study, trained on and evaluated. */
export class StudyMeter {
  readonly #runs: ReadonlyMap<string, RunAmounts>;
  readonly #total: number;
  #done = 0;
  readonly #report: ((progress: StudyProgress) => void) | undefined;

  /** @throws ERR_WSOL_CONFIG, ERR_WSOL_DATA where a run's configuration does not fit the data */
  constructor(
    runs: readonly PlannedRun[],
    { dataset, split, report }: { dataset: Dataset; split: string; report?: (progress: StudyProgress) => void },
  ) {
    this.#runs = new Map(runs.map((run) => [run.name, amountsOf(run, dataset, split)]));
    this.#total = [...this.#runs.values()].reduce((sum, { training, evaluation }) => sum + training + evaluation, 0);
    this.#report = report;
  }

  /** What earlier sessions have done; no progress of this one. @param steps Training steps; null: trained and evaluated. */
  before(run: string, steps: number | null): void {
    const amounts = this.#runs.get(run)!;
    const { perStep, training, evaluation } = amounts;
    amounts.done = steps === null ? training + evaluation : Math.min(training, steps * perStep);
    this.#done += amounts.done;
  }

  /** Nothing of the run is done yet that was not before. */
  started(run: string): void {
    this.#moveTo(run, this.#runs.get(run)!.done);
  }

  add(run: string, images: number): void {
    const { training, evaluation, done } = this.#runs.get(run)!;
    this.#moveTo(run, Math.min(training + evaluation, done + images));
  }

  trained(run: string): void {
    this.#moveTo(run, this.#runs.get(run)!.training);
  }

  /** Nothing more is to come of it. */
  settled(run: string): void {
    const { training, evaluation } = this.#runs.get(run)!;
    this.#moveTo(run, training + evaluation);
  }

  #moveTo(run: string, done: number): void {
    const amounts = this.#runs.get(run)!;
    const images = done - amounts.done;
    amounts.done = done;
    this.#done += images;
    this.#report?.({ done: this.#done, total: this.#total, images, run });
  }
}

function amountsOf({ config }: PlannedRun, dataset: Dataset, split: string): RunAmounts {
  const { stepsPerEpoch } = trainingPlan(config, dataset);
  const { epochs, batchSize } = config.optim;
  const imagesOf = (name: string) => (dataset.has(name) ? dataset.split(name).ids.length : 0);
  const stepped = Math.min(imagesOf("train"), stepsPerEpoch * batchSize) * epochs;
  const validations = Math.ceil(epochs / config.evaluateEvery);
  const training = stepped + validations * imagesOf("val");
  const choosing = split !== "val" && dataset.has("val") && dataset.split("val").boxes !== null;
  const evaluation = imagesOf(split) + (choosing ? imagesOf("val") : 0);
  return { perStep: training / (stepsPerEpoch * epochs), training, evaluation, done: 0 };
}
