import { Pairs } from "../../data/pairs";
import type { Split } from "../../data/split";
import { invalidArgument, WsolError } from "../../errors";
import { scaleBoxToMap } from "../../metrics/boxes";
import { MaxBoxAcc } from "../../metrics/max-box-acc";
import { thresholdGrid } from "../../metrics/threshold-grid";
import type { MaxBoxAccCounts, ScoreMapBatch } from "../../native/metrics-addon";
import type { ImageRecord, Measurements } from "../../runs/evaluation";
import { type RunRecords, withoutImages } from "../../runs/image-records";
import { scoreMapName } from "../score-maps/score-map-name";
import { type BoxRates, boxRates, NO_BOX_RATES } from "./box-rates";
import { checkAlike, checkBatch, namedRefusal } from "./evaluator-input";
import { ImageRecords } from "./image-records";
import { type MaskCounts, MaskMetrics } from "./mask-metrics";
import { checkPredictions, PredictionLog, type Predictions } from "./predictions";
import { RecordKeeper } from "./record-keeper";
import { TrueMasks } from "./true-masks";

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
  /** How messages name the score map of a pair. @default `<image id>`, in a multi-label set `<image id>.<class>` */
  readonly mapName?: (pair: number) => string;
  /** Where masks are kept that several evaluations need. @default read for this one */
  readonly trueMasks?: TrueMasks;
}

/** What an evaluator has counted of a split. */
export interface CountedPart {
  readonly pairs: readonly number[];
  readonly images: readonly number[];
  readonly boxes: MaxBoxAccCounts | null;
  readonly masks: MaskCounts | null;
  readonly predictions: Predictions | null;
}

/**
 * Evaluates the score maps of a split, batch by batch, in any order: by boxes, by masks or by both, whatever the split has,
 * and the predictions where there are any. Score maps are counted by pairs of an image and a class that it has; where every
 * image has one class these are the images. {@link Measurements} says what each number is. Needs no LibTorch.
 */
export class Evaluator {
  readonly #split: Split;
  readonly #options: EvaluatorOptions;
  readonly #pairs: Pairs;
  /** By pair. */
  readonly #isCounted: Uint8Array;
  readonly #isImageCounted: Uint8Array;
  readonly #boxes: MaxBoxAcc | null;
  readonly #masks: MaskMetrics | null;
  readonly #records: ImageRecords | null;
  readonly #keeper: RecordKeeper | null;
  readonly #skipped: number[] = [];
  #predictions: PredictionLog | null = null;
  #images = 0;
  #countedPairs = 0;
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
    this.#pairs = new Pairs(split);
    this.#isCounted = new Uint8Array(this.#pairs.count);
    this.#isImageCounted = new Uint8Array(split.ids.length);
    this.#boxes = split.boxes === null ? null : new MaxBoxAcc({ step, threads, extraThresholds: fixed });
    const { trueMasks = new TrueMasks(0), masksDir } = options;
    this.#masks = split.masks === null ? null : new MaskMetrics(split, trueMasks, masksDir, { step, threads });
    this.#records = options.perImage ? new ImageRecords(split, fixed) : null;
    this.#keeper = options.keepRecords ? new RecordKeeper(split) : null;
  }

  /**
   * Counts the score maps of some pairs, off the main thread; the arrays may not change meanwhile. Nothing is counted
   * if it rejects. Calls may overlap and are counted one after the other.
   *
   * @param pairs Positions of the pairs in the split, each once per evaluation.
   * @param maps The score map of each pair's class, values in [0, 1].
   * @param predictions What the model predicted for each image of these pairs, in the order in which the images first come;
   *   or null; all updates alike.
   * @throws ERR_WSOL_ARGUMENT; ERR_WSOL_SCORE_MAP naming the image (NaN, a value outside [0, 1], another size);
   *   ERR_WSOL_MASK naming the file
   */
  update(pairs: readonly number[], maps: ScoreMapBatch, predictions: Predictions | null): Promise<void> {
    const turn = this.#lastUpdate.then(() => this.#count(pairs, maps, predictions));
    this.#lastUpdate = turn.catch(() => undefined);
    return turn;
  }

  /** Notes images that cannot be counted: no number is of them. */
  skip(indices: readonly number[]): void {
    this.#skipped.push(...indices);
  }

  /** What was counted, for {@link add} in another process. */
  counted(): CountedPart {
    const images = indicesOf(this.#isImageCounted);
    return {
      pairs: indicesOf(this.#isCounted),
      images,
      boxes: this.#boxes?.counts() ?? null,
      masks: this.#masks?.counts() ?? null,
      predictions: this.#predictions?.of(images) ?? null,
    };
  }

  /** Adds what another evaluator of the same options has counted of other images of the split; not what it keeps of each. */
  add({ pairs, images, boxes, masks, predictions }: CountedPart): void {
    if (pairs.length === 0) return;
    if (boxes !== null) this.#boxes?.add(boxes);
    if (masks !== null) this.#masks?.add(masks);
    if (predictions !== null) this.#log(images, predictions);
    this.#mark(pairs, images);
  }

  /** @throws ERR_WSOL_DATA when nothing was counted, or no mask has foreground */
  compute(): Measurements {
    const { name, ids } = this.#split;
    if (this.#images === 0) {
      const all = this.#skipped.length === 0 ? "" : `: all ${this.#skipped.length} were skipped`;
      throw new WsolError("ERR_WSOL_DATA", `expected images of '${name}' to evaluate, got none${all}`);
    }
    const { curves, ...rates } = this.#boxRates();
    const masks = this.#masks?.compute() ?? null;
    const predictions = this.#predictions?.summarize(this.#pairs, this.#isImageCounted) ?? null;
    return {
      split: name,
      images: this.#images,
      pairs: this.#countedPairs,
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

  /** One record per counted pair, in the order of the split. @throws ERR_WSOL_ARGUMENT without `perImage` */
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

  async #count(pairs: readonly number[], maps: ScoreMapBatch, predictions: Predictions | null): Promise<void> {
    if (pairs.length === 0) return;
    const { mapName = (pair: number) => this.#nameOf(pair), mapSize } = this.#options;
    checkBatch((pair) => this.#nameOf(pair), this.#isCounted, pairs, maps, mapSize);
    const images = [...new Set(pairs.map((pair) => this.#pairs.imageOf(pair)))];
    if (this.#images > 0) checkAlike(this.#predictions !== null, predictions !== null);
    if (predictions !== null) checkPredictions(predictions, images.length, this.#predictions?.numClasses);
    try {
      // Masks first: their files may be wrong, and what follows a counted half could not be taken back.
      if (this.#masks !== null) {
        const pixels = await this.#masks.update(pairs, maps);
        this.#keeper?.addPixels(pairs, pixels);
      }
      const correct = predictions && this.#correct(pairs, images, predictions);
      if (this.#boxes !== null) await this.#countBoxes(this.#boxes, pairs, maps, correct);
    } catch (error) {
      throw namedRefusal(error, pairs, { image: (pair) => this.#split.ids[this.#pairs.imageOf(pair)]!, map: mapName });
    }
    if (predictions !== null) this.#log(images, predictions);
    this.#mark(pairs, images);
  }

  /** For each pair whether its class is the one predicted for its image. */
  #correct(pairs: readonly number[], images: readonly number[], { predicted }: Predictions): boolean[] {
    const ofImage = new Map(images.map((image, row) => [image, predicted[row]]));
    return pairs.map((pair) => ofImage.get(this.#pairs.imageOf(pair)) === this.#split.labels[pair]);
  }

  async #countBoxes(
    metric: MaxBoxAcc,
    pairs: readonly number[],
    maps: ScoreMapBatch,
    correct: readonly boolean[] | null,
  ): Promise<void> {
    const { boxes, sizes } = this.#split;
    const onMap = pairs.map((pair) => {
      const size = sizes![this.#pairs.imageOf(pair)]!;
      return boxes![pair]!.map((box) => scaleBoxToMap(box, size, [maps.width, maps.height]));
    });
    if (this.#records === null && this.#keeper === null) return metric.update(maps, onMap, correct);
    const hits = await metric.updatePerImage(maps, onMap, correct);
    this.#records?.add(pairs, maps, onMap, hits.largestIou);
    this.#keeper?.addHits(pairs, hits);
  }

  #nameOf(pair: number): string {
    return scoreMapName(this.#split, this.#pairs, pair);
  }

  #log(images: readonly number[], predictions: Predictions): void {
    this.#predictions ??= new PredictionLog(this.#split.ids.length, predictions);
    this.#predictions.add(images, predictions);
  }

  #mark(pairs: readonly number[], images: readonly number[]): void {
    for (const pair of pairs) this.#isCounted[pair] = 1;
    this.#countedPairs += pairs.length;
    for (const image of images) {
      this.#images += 1 - this.#isImageCounted[image]!;
      this.#isImageCounted[image] = 1;
    }
  }
}

function indicesOf(marks: Uint8Array): number[] {
  return Array.from(marks.keys()).filter((index) => marks[index] === 1);
}
