import { join } from "node:path";
import { Limiter } from "../../data/limiter";
import type { Split } from "../../data/split";
import { isWsolError, WsolError } from "../../errors";
import { PixelAp, type PixelApOptions, type PixelApResult } from "../../metrics/pixel-ap";
import type { ScoreMapBatch } from "../../native/metrics-addon";
import { selectMaps } from "../score-maps/map-batch";
import { readTrueMask } from "./mask";

const FILES_AT_ONCE = 4;

/** PxAP of a split, pooled over its images and for each class, from its mask files. */
export class MaskMetrics {
  readonly #split: Split;
  readonly #masksDir: string;
  readonly #options: PixelApOptions;
  readonly #pooled: PixelAp;
  readonly #ofClass = new Map<number, PixelAp>();

  /** @param masksDir Folder of the split's mask paths; by default `masks` of the data set. */
  constructor(split: Split, masksDir: string | undefined, options: PixelApOptions) {
    this.#split = split;
    this.#masksDir = masksDir ?? join(split.root, "masks");
    this.#options = options;
    this.#pooled = new PixelAp(options);
  }

  /**
   * Counts nothing if it rejects.
   * @throws ERR_WSOL_MASK naming the file; ERR_WSOL_SCORE_MAP with `details.index`, the row of the batch
   */
  async update(indices: readonly number[], maps: ScoreMapBatch): Promise<void> {
    const masks = await this.#readMasks(indices, maps);
    await this.#pooled.update(maps, masks);
    const rowsOfClass = new Map<number, number[]>();
    indices.forEach((image, row) => {
      const label = this.#split.labels[image]!;
      rowsOfClass.set(label, [...(rowsOfClass.get(label) ?? []), row]);
    });
    for (const [label, rows] of rowsOfClass) {
      const selected = selectMaps(maps, masks, rows);
      await this.#metricOf(label).update(selected.maps, selected.masks);
    }
  }

  /** `mPxap` is the mean over the classes that have foreground. @throws ERR_WSOL_DATA when none has */
  compute(): PixelApResult & { readonly mPxap: number } {
    const pooled = computeIfForeground(this.#pooled);
    if (pooled === null) {
      const { name, root } = this.#split;
      throw new WsolError("ERR_WSOL_DATA", `expected foreground in the masks of '${name}' of '${root}', found none`, {
        details: { split: name, root, masks: this.#masksDir },
        fix: "A mask's pixel is foreground from an 8-bit grey value of 1 on.",
      });
    }
    const ofClasses = [...this.#ofClass]
      .sort(([a], [b]) => a - b)
      .map(([, metric]) => computeIfForeground(metric)?.pxap)
      .filter((pxap) => pxap !== undefined);
    return { ...pooled, mPxap: ofClasses.reduce((sum, pxap) => sum + pxap, 0) / ofClasses.length };
  }

  async #readMasks(indices: readonly number[], { count, width, height }: ScoreMapBatch): Promise<Uint8Array> {
    const masks = new Uint8Array(count * height * width);
    const limiter = new Limiter(FILES_AT_ONCE);
    const readings = indices.map((image, row) =>
      limiter.run(async () => {
        const mask = await readTrueMask(this.#split.masks![image]!, this.#masksDir, width, height);
        masks.set(mask, row * height * width);
      }),
    );
    await Promise.all(readings);
    return masks;
  }

  #metricOf(label: number): PixelAp {
    const metric = this.#ofClass.get(label) ?? new PixelAp(this.#options);
    this.#ofClass.set(label, metric);
    return metric;
  }
}

function computeIfForeground(metric: PixelAp): PixelApResult | null {
  try {
    return metric.compute();
  } catch (error) {
    if (isWsolError(error, "ERR_WSOL_DATA")) return null;
    throw error;
  }
}
