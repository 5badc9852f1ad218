import { join } from "node:path";
import { Limiter } from "../data/limiter";
import type { Split } from "../data/split";
import { WsolError } from "../errors";
import { loadMetricsAddon } from "../native/load-metrics";
import type { NativePixelAp, ScoreMapBatch } from "../native/metrics-addon";
import { selectMaps } from "./map-batch";
import { readTrueMask } from "./mask";
import { type PrecisionRecall, precisionRecall } from "./precision-recall";

const FILES_AT_ONCE = 4;

interface MaskMetricsOptions {
  readonly step: number;
  readonly threads: number;
  /** Folder of the split's mask paths. */
  readonly masksDir: string | undefined;
}

/** PxAP pooled over the split and for each class, from the mask files. */
export class MaskMetrics {
  readonly #split: Split;
  readonly #options: MaskMetricsOptions;
  readonly #masksDir: string;
  readonly #files = new Limiter(FILES_AT_ONCE);
  readonly #pooled: NativePixelAp;
  readonly #ofClass = new Map<number, NativePixelAp>();

  constructor(split: Split, options: MaskMetricsOptions) {
    this.#split = split;
    this.#options = options;
    this.#masksDir = options.masksDir ?? join(split.root, "masks");
    this.#pooled = this.#create();
  }

  /** @throws ERR_WSOL_MASK naming the file; ERR_WSOL_SCORE_MAP with `details.index`. Counts nothing then. */
  async update(indices: readonly number[], maps: ScoreMapBatch): Promise<void> {
    const { width, height } = maps;
    const masks = new Uint8Array(maps.count * height * width);
    await Promise.all(
      indices.map((image, row) =>
        this.#files.run(async () => {
          const files = this.#split.masks![image]!;
          masks.set(await readTrueMask(files, this.#masksDir, width, height), row * height * width);
        }),
      ),
    );
    await this.#pooled.update(maps, masks);
    const rowsOfClass = new Map<number, number[]>();
    indices.forEach((image, row) => {
      const label = this.#split.labels[image]!;
      const rows = rowsOfClass.get(label);
      if (rows === undefined) rowsOfClass.set(label, [row]);
      else rows.push(row);
    });
    for (const [label, rows] of rowsOfClass) {
      const selected = selectMaps(maps, masks, rows);
      await this.#ofLabel(label).update(selected.maps, selected.masks);
    }
  }

  merge(other: MaskMetrics): void {
    this.#pooled.merge(other.#pooled);
    for (const [label, metric] of other.#ofClass) this.#ofLabel(label).merge(metric);
  }

  /** @throws ERR_WSOL_MASK when no pixel of the split is foreground */
  compute(thresholds: number): PrecisionRecall & { readonly mPxap: number } {
    const pooled = precisionRecall(this.#pooled.counts(), thresholds);
    if (pooled === null) {
      const { name, root } = this.#split;
      throw new WsolError("ERR_WSOL_MASK", `expected foreground in the masks of '${name}' of '${root}', found none`, {
        details: { split: name, root, masks: this.#masksDir },
        fix: "A mask's pixel is foreground from an 8-bit grey value of 1 on.",
      });
    }
    const ofClasses = [...this.#ofClass]
      .sort(([a], [b]) => a - b)
      .map(([, metric]) => precisionRecall(metric.counts(), thresholds)?.averagePrecision)
      .filter((value) => value !== undefined);
    return { ...pooled, mPxap: ofClasses.reduce((sum, value) => sum + value, 0) / ofClasses.length };
  }

  #ofLabel(label: number): NativePixelAp {
    const metric = this.#ofClass.get(label) ?? this.#create();
    this.#ofClass.set(label, metric);
    return metric;
  }

  #create(): NativePixelAp {
    const { step, threads } = this.#options;
    return new (loadMetricsAddon().PixelAp)({ step, threads });
  }
}
