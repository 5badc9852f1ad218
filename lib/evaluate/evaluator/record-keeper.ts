import type { Split } from "../../data/split";
import { IOU_LEVELS } from "../../metrics/iou-levels";
import type { MaxBoxAccPerImage } from "../../native/metrics-addon";
import { HIT, type HitRecords, type PixelRecords, type RunRecords } from "../../runs/image-records";
import type { PredictionLog } from "./predictions";

const LEVELS = IOU_LEVELS.length;
const GT_KNOWN_LEVEL = 0.5;

interface HitStates {
  readonly begins: readonly number[];
  readonly states: readonly number[];
}

/** Of a pair of an image that was not counted. */
const NO_HITS: HitStates = { begins: [0], states: [0] };

/** Gathers what a run folder keeps of each image and pair, so that it does not depend on the order of the batches. */
export class RecordKeeper {
  readonly #split: Split;
  readonly #hits: HitStates[] = [];
  #pixels: PixelRecords | null = null;

  constructor(split: Split) {
    this.#split = split;
  }

  addHits(pairs: readonly number[], { largestIou, allHits }: MaxBoxAccPerImage): void {
    const thresholds = largestIou.length / pairs.length;
    pairs.forEach((pair, row) => {
      const from = row * thresholds;
      this.#hits[pair] = changesOf(
        largestIou.subarray(from, from + thresholds),
        allHits.subarray(from * LEVELS, (from + thresholds) * LEVELS),
      );
    });
  }

  /** @param counts count x 2 (foreground, background) x bins */
  addPixels(pairs: readonly number[], counts: Int32Array): void {
    const perPair = counts.length / pairs.length;
    this.#pixels ??= { bins: perPair / 2, counts: new Int32Array(this.#split.labels.length * perPair) };
    const { counts: all } = this.#pixels;
    pairs.forEach((pair, row) => {
      all.set(counts.subarray(row * perPair, (row + 1) * perPair), pair * perPair);
    });
  }

  records(of: Pick<RunRecords, "step" | "valThreshold"> & { readonly predictions: PredictionLog | null }): RunRecords {
    const { name, ids, labels, labelOffsets, boxes } = this.#split;
    return {
      split: name,
      step: of.step,
      valThreshold: of.valThreshold,
      ids,
      labels,
      labelOffsets,
      predicted: of.predictions?.predicted ?? null,
      entropy: of.predictions?.entropy ?? null,
      hits: boxes === null ? null : joined(Array.from(labels, (_, pair) => this.#hits[pair] ?? NO_HITS)),
      pixels: this.#pixels,
    };
  }
}

/** One pair's hits at every threshold, as the thresholds where they change. */
function changesOf(largestIou: Float64Array, allHits: Uint8Array): HitStates {
  const begins: number[] = [];
  const states: number[] = [];
  let last = -1;
  for (let index = 0; index < largestIou.length; index++) {
    const at = index * LEVELS;
    const state =
      (largestIou[index]! >= GT_KNOWN_LEVEL ? HIT.largestAt50 : 0) |
      (allHits[at]! * HIT.allAt30) |
      (allHits[at + 1]! * HIT.allAt50) |
      (allHits[at + 2]! * HIT.allAt70);
    if (state === last) continue;
    begins.push(index);
    states.push(state);
    last = state;
  }
  return { begins, states };
}

function joined(pairs: readonly HitStates[]): HitRecords {
  const offsets = new Int32Array(pairs.length + 1);
  pairs.forEach(({ begins }, pair) => {
    offsets[pair + 1] = offsets[pair]! + begins.length;
  });
  const total = offsets[pairs.length]!;
  const [begins, states] = [new Int32Array(total), new Uint8Array(total)];
  pairs.forEach((pair, index) => {
    begins.set(pair.begins, offsets[index]!);
    states.set(pair.states, offsets[index]!);
  });
  return { offsets, begins, states };
}
