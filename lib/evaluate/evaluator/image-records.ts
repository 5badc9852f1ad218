import type { Box, Split } from "../../data/split";
import { boxesFromScoreMap } from "../../metrics/boxes";
import { bestIou } from "../../metrics/iou";
import type { ScoreMapBatch } from "../../native/metrics-addon";
import type { ImageRecord } from "../../runs/evaluation";
import type { PredictionLog } from "./predictions";

/** IoUs of one image over the threshold grid, which change at 255 thresholds at most: where each begins, and its value. */
interface ImageIous {
  readonly begins: Uint32Array;
  readonly values: Float64Array;
  readonly atFixed: readonly number[];
}

/** What is known of each image of an evaluation, for those who ask. */
export class ImageRecords {
  readonly #split: Split;
  readonly #fixed: readonly number[];
  readonly #ious = new Map<number, ImageIous>();

  /** @param fixed sigma and, perhaps, the threshold of `val`. */
  constructor(split: Split, fixed: readonly number[]) {
    this.#split = split;
    this.#fixed = fixed;
  }

  /** @param ious images x thresholds: the IoU of the largest-contour box at each threshold of the grid. */
  add(indices: readonly number[], maps: ScoreMapBatch, boxes: readonly (readonly Box[])[], ious: Float64Array): void {
    const { width, height } = maps;
    const thresholds = ious.length / indices.length;
    indices.forEach((image, row) => {
      const map = maps.data.subarray(row * width * height, (row + 1) * width * height);
      const atFixed = this.#fixed.map((threshold) => {
        const [found] = boxesFromScoreMap(map, { width, height, threshold });
        return bestIou(found!, boxes[row]!);
      });
      this.#ious.set(image, { ...runsOf(ious.subarray(row * thresholds, (row + 1) * thresholds)), atFixed });
    });
  }

  /** The records of the images with a mark, in the order of the split; `best` is the index of the split's best threshold. */
  *list(
    isCounted: Uint8Array,
    predictions: PredictionLog | null,
    thresholds: Float64Array,
    best: number,
  ): Generator<ImageRecord> {
    const { ids, labels } = this.#split;
    for (const [image, id] of ids.entries()) {
      if (isCounted[image] === 0) continue;
      const label = labels[image]!;
      const predicted = predictions?.predicted[image] ?? null;
      const ious = this.#ious.get(image) ?? null;
      const top = ious === null ? 0 : ious.values.reduce((to, value, run) => (value > ious.values[to]! ? run : to), 0);
      yield {
        id,
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
