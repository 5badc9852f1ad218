import { Pairs } from "../../data/pairs";
import type { Box, Split } from "../../data/split";
import { boxesFromScoreMap } from "../../metrics/boxes";
import { bestIou } from "../../metrics/iou";
import type { ScoreMapBatch } from "../../native/metrics-addon";
import type { ImageRecord } from "../../runs/evaluation";
import type { PredictionLog } from "./predictions";

/** IoUs of one pair over the threshold grid, which change at 255 thresholds at most: where each begins, and its value. */
interface PairIous {
  readonly begins: Uint32Array;
  readonly values: Float64Array;
  readonly atFixed: readonly number[];
}

/** What is known of each pair of an evaluation, for those who ask. */
export class ImageRecords {
  readonly #split: Split;
  readonly #fixed: readonly number[];
  readonly #ious = new Map<number, PairIous>();

  /** @param fixed sigma and, perhaps, the threshold of `val`. */
  constructor(split: Split, fixed: readonly number[]) {
    this.#split = split;
    this.#fixed = fixed;
  }

  /** @param ious pairs x thresholds: the IoU of the largest-contour box at each threshold of the grid. */
  add(pairs: readonly number[], maps: ScoreMapBatch, boxes: readonly (readonly Box[])[], ious: Float64Array): void {
    const { width, height } = maps;
    const thresholds = ious.length / pairs.length;
    pairs.forEach((pair, row) => {
      const map = maps.data.subarray(row * width * height, (row + 1) * width * height);
      const atFixed = this.#fixed.map((threshold) => {
        const [found] = boxesFromScoreMap(map, { width, height, threshold });
        return bestIou(found!, boxes[row]!);
      });
      this.#ious.set(pair, { ...runsOf(ious.subarray(row * thresholds, (row + 1) * thresholds)), atFixed });
    });
  }

  /** The records of the pairs with a mark, in the order of the split; `best` is the index of the split's best threshold. */
  *list(
    isCounted: Uint8Array,
    predictions: PredictionLog | null,
    thresholds: Float64Array,
    best: number,
  ): Generator<ImageRecord> {
    const { ids, labels } = this.#split;
    const pairs = new Pairs(this.#split);
    for (const [pair, label] of labels.entries()) {
      if (isCounted[pair] === 0) continue;
      const image = pairs.imageOf(pair);
      const predicted = predictions?.predicted[image] ?? null;
      const ious = this.#ious.get(pair) ?? null;
      const top = ious === null ? 0 : ious.values.reduce((to, value, run) => (value > ious.values[to]! ? run : to), 0);
      yield {
        id: ids[image]!,
        label,
        predicted,
        correct: predicted === null ? null : predicted === label,
        entropy: predictions?.entropy[image] ?? null,
        iou: ious === null ? null : ious.values[ious.begins.findLastIndex((begin) => begin <= best)]!,
        iouAtSigma: ious?.atFixed[0] ?? null,
        iouAtValThreshold: ious?.atFixed[1] ?? null,
        bestIou: ious === null ? null : ious.values[top]!,
        bestIouThreshold: ious === null ? null : thresholds[ious.begins[top]!]!,
      };
    }
  }
}

function runsOf(values: Float64Array): { begins: Uint32Array; values: Float64Array } {
  const begins = Uint32Array.from(values.keys()).filter((at) => at === 0 || values[at] !== values[at - 1]);
  return { begins, values: Float64Array.from(begins, (at) => values[at]!) };
}
