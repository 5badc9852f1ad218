import type { Split } from "../../data/split";
import { invalidArgument, WsolError } from "../../errors";
import { scaleBoxToMap } from "../../metrics/boxes";
import { MaxBoxAcc } from "../../metrics/max-box-acc";
import { thresholdGrid } from "../../metrics/threshold-grid";
import type { ScoreMapBatch } from "../../native/metrics-addon";
import type { ImageRecord, Measurements } from "../../runs/evaluation";
import { type RunRecords, withoutImages } from "../../runs/image-records";
import { type BoxRates, boxRates, NO_BOX_RATES } from "./box-rates";
import { checkAlike, checkBatch, namedRefusal } from "./evaluator-input";
import { ImageRecords } from "./image-records";
import { MaskMetrics } from "./mask-metrics";
import { checkPredictions, PredictionLog, type Predictions } from "./predictions";
import { RecordKeeper } from "./record-keeper";

export interface EvaluatorOptions {
  /** Step of the threshold grid. */
  readonly step: number;
  /** Fixed threshold reported beside the best one; it need not lie on the grid. */
  readonly sigma: number;
  /** Best threshold of `val` for GT-known Loc; null: `atValThreshold` is null. */
  readonly valThreshold: number | null;
  /** The size that all score maps must have; null: any, also mixed. */
  readonly mapSize: readonly [height: number, width: number] | null;
  /** CPU threads of the metrics; 0: all cores. @default 0 */
  readonly threads?: number;
  /** Folder of the mask files. @default `masks` of the data set */
  readonly masksDir?: string;
  /** Keep what {@link Evaluator.records} gives: up to 3 KB per image. @default false */
  readonly perImage?: boolean;
  /** Keep what {@link Evaluator.runRecords} gives. @default false */
  readonly keepRecords?: boolean;
  /** How messages name an image's score map. @default its id */
  readonly mapName?: (id: string) => string;
}

/**
 * Evaluates the score maps of a split, batch by batch, in any order: by boxes, by masks or by both, whatever the split has,
 * and the predictions where there are any. {@link Measurements} says what each number is. Needs no LibTorch.
 */
export class Evaluator {
  readonly #split: Split;
  readonly #options: EvaluatorOptions;
  readonly #isCounted: Uint8Array;
  readonly #boxes: MaxBoxAcc | null;
  readonly #masks: MaskMetrics | null;
  readonly #records: ImageRecords | null;
  readonly #keeper: RecordKeeper | null;
  readonly #skipped: number[] = [];
  #predictions: PredictionLog | null = null;
  #images = 0;
  #lastUpdate: Promise<void> = Promise.resolve();

  /** @throws ERR_WSOL_ARGUMENT, ERR_WSOL_ADDON */
  constructor(split: Split, options: EvaluatorOptions) {
    const { step, threads = 0 } = options;
    const fixed = [options.sigma, ...(options.valThreshold === null ? [] : [options.valThreshold])];
    thresholdGrid(step);
    fixed.forEach((threshold, index) => {
      if (threshold >= 0 && threshold <= 1) return;
      throw invalidArgument(index === 0 ? "sigma" : "valThreshold", "a number in [0, 1]", threshold);
    });
    this.#split = split;
    this.#options = options;
    this.#isCounted = new Uint8Array(split.ids.length);
    this.#boxes = split.boxes === null ? null : new MaxBoxAcc({ step, threads, extraThresholds: fixed });
    this.#masks = split.masks === null ? null : new MaskMetrics(split, options.masksDir, { step, threads });
    this.#records = options.perImage ? new ImageRecords(split, fixed) : null;
    this.#keeper = options.keepRecords ? new RecordKeeper(split) : null;
  }

  /**
   * Counts the score maps of some images, off the main thread; the arrays may not change meanwhile. Nothing is counted
   * if it rejects. Calls may overlap and are counted one after the other.
   *
   * @param indices Positions of the images in the split, each image once per evaluation.
   * @param maps The true class's score map of each, values in [0, 1].
   * @param predictions What the model predicted for each, or null; all updates alike.
   * @throws ERR_WSOL_ARGUMENT; ERR_WSOL_SCORE_MAP naming the image (NaN, a value outside [0, 1], another size);
   *   ERR_WSOL_MASK naming the file
   */
  update(indices: readonly number[], maps: ScoreMapBatch, predictions: Predictions | null): Promise<void> {
    const turn = this.#lastUpdate.then(() => this.#count(indices, maps, predictions));
    this.#lastUpdate = turn.catch(() => undefined);
    return turn;
  }

  /** Notes images that cannot be counted: no number is of them. */
  skip(indices: readonly number[]): void {
    this.#skipped.push(...indices);
  }

  /** @throws ERR_WSOL_DATA when nothing was counted, or no mask has foreground */
  compute(): Measurements {
    const { name, labels, ids } = this.#split;
    if (this.#images === 0) {
      const all = this.#skipped.length === 0 ? "" : `: all ${this.#skipped.length} were skipped`;
      throw new WsolError("ERR_WSOL_DATA", `expected images of '${name}' to evaluate, got none${all}`);
    }
    const { curves, ...rates } = this.#boxRates();
    const masks = this.#masks?.compute() ?? null;
    const predictions = this.#predictions?.summarize(labels, this.#isCounted) ?? null;
    return {
      split: name,
      images: this.#images,
      skipped: this.#skipped.toSorted((a, b) => a - b).map((image) => ids[image]!),
      top1Cls: predictions?.top1Cls ?? null,
      ...rates,
      pxap: masks?.pxap ?? null,
      mPxap: masks?.mPxap ?? null,
      meanEntropy: predictions?.meanEntropy ?? null,
      meanEntropyFraction: predictions?.meanEntropyFraction ?? null,
      curves: {
        thresholds: Array.from(thresholdGrid(this.#options.step)),
        ...curves,
        precision: masks === null ? null : Array.from(masks.curve.precision),
        recall: masks === null ? null : Array.from(masks.curve.recall),
      },
    };
  }

  /** One record per counted image, in the order of the split. @throws ERR_WSOL_ARGUMENT without `perImage` */
  records(): Generator<ImageRecord> {
    if (this.#records === null) throw invalidArgument("perImage", "true for records", false);
    const thresholds = thresholdGrid(this.#options.step);
    const best = this.#boxRates().bestThreshold?.["0.5"];
    const index = best === undefined ? 0 : thresholds.indexOf(best);
    return this.#records.list(this.#isCounted, this.#predictions, thresholds, index);
  }

  /** What a run folder keeps, of a split whose every image was counted or skipped. @throws ERR_WSOL_ARGUMENT without `keepRecords` */
  runRecords(): RunRecords {
    if (this.#keeper === null) throw invalidArgument("keepRecords", "true for records", false);
    const { step, valThreshold } = this.#options;
    const records = this.#keeper.records({ step, valThreshold, predictions: this.#predictions });
    return withoutImages(records, new Set(this.#skipped));
  }

  #boxRates(): BoxRates {
    return this.#boxes === null ? NO_BOX_RATES : boxRates(this.#boxes.compute());
  }

  async #count(indices: readonly number[], maps: ScoreMapBatch, predictions: Predictions | null): Promise<void> {
    if (indices.length === 0) return;
    const { ids } = this.#split;
    checkBatch(ids, this.#isCounted, indices, maps, this.#options.mapSize);
    if (this.#images > 0) checkAlike(this.#predictions !== null, predictions !== null);
    if (predictions !== null) checkPredictions(predictions, indices.length, this.#predictions?.numClasses);
    try {
      // Masks first: their files may be wrong, and what follows a counted half could not be taken back.
      if (this.#masks !== null) {
        const pixels = await this.#masks.update(indices, maps);
        this.#keeper?.addPixels(indices, pixels);
      }
      if (this.#boxes !== null) await this.#countBoxes(this.#boxes, indices, maps, predictions);
    } catch (error) {
      const { mapName = (id: string) => id } = this.#options;
      throw namedRefusal(
        error,
        indices.map((image) => ids[image]!),
        mapName,
      );
    }
    if (predictions !== null) this.#log(indices, predictions);
    this.#mark(indices);
  }

  async #countBoxes(
    metric: MaxBoxAcc,
    indices: readonly number[],
    maps: ScoreMapBatch,
    predictions: Predictions | null,
  ): Promise<void> {
    const { boxes, sizes, labels } = this.#split;
    const onMap = indices.map((image) =>
      boxes![image]!.map((box) => scaleBoxToMap(box, sizes![image]!, [maps.width, maps.height])),
    );
    const correct = predictions && indices.map((image, row) => predictions.predicted[row] === labels[image]);
    if (this.#records === null && this.#keeper === null) return metric.update(maps, onMap, correct);
    const hits = await metric.updatePerImage(maps, onMap, correct);
    this.#records?.add(indices, maps, onMap, hits.largestIou);
    this.#keeper?.addHits(indices, hits);
  }

  #log(indices: readonly number[], predictions: Predictions): void {
    this.#predictions ??= new PredictionLog(this.#split.ids.length, predictions.numClasses);
    this.#predictions.add(indices, predictions);
  }

  #mark(indices: readonly number[]): void {
    for (const image of indices) this.#isCounted[image] = 1;
    this.#images += indices.length;
  }
}
