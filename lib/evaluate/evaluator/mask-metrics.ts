import type { Split } from "../../data/split";
import { WsolError } from "../../errors";
import { addCounts } from "../../metrics/add-counts";
import { averagePrecision, PixelAp, type PixelApOptions, type PixelApResult } from "../../metrics/pixel-ap";
import type { PixelApCounts, ScoreMapBatch } from "../../native/metrics-addon";
import { masksFolder, type TrueMasks } from "./true-masks";

export interface MaskCounts {
  readonly pooled: PixelApCounts;
  readonly ofClass: readonly (readonly [label: number, counts: PixelApCounts])[];
}

/** PxAP of a split, pooled over its pairs and for each class over the images that have it, from its mask files. */
export class MaskMetrics {
  readonly #split: Split;
  readonly #masksDir: string;
  readonly #masks: TrueMasks;
  readonly #step: number;
  readonly #pooled: PixelAp;
  readonly #ofClass = new Map<number, PixelApCounts>();

  /** @param masksDir Folder of the split's mask paths; by default `masks` of the data set. */
  constructor(split: Split, masks: TrueMasks, masksDir: string | undefined, options: Required<PixelApOptions>) {
    this.#split = split;
    this.#masks = masks;
    this.#masksDir = masksFolder(split, masksDir);
    this.#step = options.step;
    this.#pooled = new PixelAp(options);
  }

  /**
   * Counts nothing if it rejects.
   * @returns the pixels of each pair per bin: count x 2 (foreground, background) x bins
   * @throws ERR_WSOL_MASK naming the file; ERR_WSOL_SCORE_MAP with `details.index`, the row of the batch
   */
  async update(pairs: readonly number[], maps: ScoreMapBatch): Promise<Int32Array> {
    const masks = await this.#masks.read(this.#split, this.#masksDir, pairs, maps);
    const counts = await this.#pooled.updatePerImage(maps, masks);
    const bins = counts.length / pairs.length / 2;
    pairs.forEach((pair, row) => {
      const ofClass = this.#countsOf(this.#split.labels[pair]!, bins);
      add(ofClass.foreground, counts.subarray(2 * row * bins, (2 * row + 1) * bins));
      add(ofClass.background, counts.subarray((2 * row + 1) * bins, (2 * row + 2) * bins));
    });
    return counts;
  }

  counts(): MaskCounts {
    return { pooled: this.#pooled.counts(), ofClass: [...this.#ofClass] };
  }

  /** Adds what another process has counted of the same split. */
  add({ pooled, ofClass }: MaskCounts): void {
    this.#pooled.add(pooled);
    for (const [label, counts] of ofClass) {
      this.#ofClass.set(label, addCounts(this.#countsOf(label, counts.foreground.length), counts));
    }
  }

  /** `mPxap` is the mean over the classes that have foreground. @throws ERR_WSOL_DATA when none has */
  compute(): PixelApResult & { readonly mPxap: number } {
    const ofClasses = [...this.#ofClass]
      .sort(([a], [b]) => a - b)
      .map(([, counts]) => averagePrecision(counts, this.#step)?.pxap)
      .filter((pxap) => pxap !== undefined);
    if (ofClasses.length === 0) {
      const { name, root } = this.#split;
      throw new WsolError("ERR_WSOL_DATA", `expected foreground in the masks of '${name}' of '${root}', found none`, {
        details: { split: name, root, masks: this.#masksDir },
        fix: "A mask's pixel is foreground from an 8-bit grey value of 1 on.",
      });
    }
    return { ...this.#pooled.compute(), mPxap: ofClasses.reduce((sum, pxap) => sum + pxap, 0) / ofClasses.length };
  }

  #countsOf(label: number, bins: number): PixelApCounts {
    const counts = this.#ofClass.get(label) ?? {
      foreground: new Float64Array(bins),
      background: new Float64Array(bins),
    };
    this.#ofClass.set(label, counts);
    return counts;
  }
}

function add(to: Float64Array, counts: Int32Array): void {
  for (let bin = 0; bin < counts.length; bin++) to[bin]! += counts[bin]!;
}
