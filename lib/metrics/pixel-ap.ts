import { types } from "node:util";
import { invalidArgument, WsolError } from "../errors";
import { loadMetricsAddon } from "../native/load-metrics";
import type { NativePixelAp, PixelApCounts, ScoreMapBatch } from "../native/metrics-addon";
import { checkOptions, type OptionKeys } from "../options";
import { CountsOfOthers } from "./add-counts";
import { DEFAULT_STEP, requireScoreMaps, requireStep, requireThreads } from "./score-map-batch";
import { thresholdGrid } from "./threshold-grid";

export interface PixelApOptions {
  /** Step of the threshold grid. @default 0.001 */
  readonly step?: number;
  /** Threads that share a batch; 0: as many as there are cores. @default 0 */
  readonly threads?: number;
}

const KNOWN: OptionKeys<PixelApOptions> = { step: true, threads: true };

export interface PixelApResult {
  /** Pixel average precision in [0, 1], over the pixels of all images together. */
  readonly pxap: number;
  /** Pixels counted, ignored ones left out. */
  readonly pixels: { readonly foreground: number; readonly background: number };
  /** At each threshold of the grid: what is foreground among the pixels at or above it, and how much of all foreground. */
  readonly curve: {
    readonly thresholds: Float64Array;
    /** 0 where no pixel lies at or above the threshold. */
    readonly precision: Float64Array;
    readonly recall: Float64Array;
  };
}

/** Pixels of a mask: background, foreground, ignored. */
export const MASK = { background: 0, foreground: 1, ignored: 255 } as const;

/**
 * PxAP (Choe et al., CVPR 2020): the area under the precision-recall curve of all pixels of a split, without
 * interpolation. Needs no LibTorch. Accumulators of parts of a split can be merged.
 */
export class PixelAp {
  readonly #step: number;
  readonly #native: NativePixelAp;
  readonly #others = new CountsOfOthers<PixelApCounts>();

  /** @throws ERR_WSOL_ARGUMENT, ERR_WSOL_ADDON */
  constructor(options: PixelApOptions = {}) {
    checkOptions(options, KNOWN);
    this.#step = requireStep(options.step ?? DEFAULT_STEP);
    const threads = requireThreads(options.threads ?? 0);
    this.#native = new (loadMetricsAddon().PixelAp)({ step: this.#step, threads });
  }

  /**
   * Counts a batch, off the main thread; the arrays are copied at the call. Counts nothing if it rejects.
   *
   * @param maps count x height x width values in [0, 1].
   * @param masks count x height x width; {@link MASK}: 1 foreground, 0 background, 255 ignored.
   * @throws ERR_WSOL_ARGUMENT, ERR_WSOL_SCORE_MAP and ERR_WSOL_MASK (`details.index`: the image of the batch)
   */
  async update(maps: ScoreMapBatch, masks: Uint8Array): Promise<void> {
    await this.#native.update(checked(maps, masks), masks);
  }

  /**
   * As {@link update}, and tells how many pixels each image added: count x 2 (foreground, background) x bins, whose edges
   * are the threshold grid, then 1, 2 and 3.
   */
  async updatePerImage(maps: ScoreMapBatch, masks: Uint8Array): Promise<Int32Array> {
    return this.#native.updatePerImage(checked(maps, masks), masks);
  }

  /** @throws ERR_WSOL_DATA if no pixel counted so far is foreground. */
  compute(): PixelApResult {
    const counts = this.counts();
    const result = averagePrecision(counts, this.#step);
    if (result !== null) return result;
    throw new WsolError("ERR_WSOL_DATA", "expected foreground in at least one mask for 'pxap', got none", {
      details: { foreground: 0, background: sum(counts.background) },
    });
  }

  /** What was counted, for {@link add} of another one, in another process perhaps. */
  counts(): PixelApCounts {
    return this.#others.with(this.#native.counts());
  }

  /** Adds the counts of another one of the same options. @throws ERR_WSOL_ARGUMENT */
  add(counts: PixelApCounts): void {
    this.#others.add(counts, this.#native.counts(), "PixelAp");
  }

  /** Forgets everything counted. An update under way is counted after it. */
  reset(): void {
    this.#others.clear();
    this.#native.reset();
  }

  /** Adds what another one of the same step has counted. @throws ERR_WSOL_ARGUMENT */
  merge(other: PixelAp): void {
    if (typeof other !== "object" || other === null || !(#native in other)) {
      throw invalidArgument("other", "a PixelAp", other);
    }
    if (other.#step !== this.#step) throw invalidArgument("other", `one of step ${this.#step}`, other.#step);
    this.#native.merge(other.#native);
    this.#others.merge(other.#others);
  }
}

/** PxAP and its curve from the pixels per bin; null without foreground. */
export function averagePrecision({ foreground, background }: PixelApCounts, step: number): PixelApResult | null {
  const total = sum(foreground);
  if (total === 0) return null;
  const thresholds = thresholdGrid(step);
  const precision = new Float64Array(thresholds.length);
  const recall = new Float64Array(thresholds.length);
  let [truePositives, falsePositives, pxap, previousRecall] = [0, 0, 0, 0];
  for (let bin = foreground.length - 1; bin >= 0; bin--) {
    truePositives += foreground[bin]!;
    falsePositives += background[bin]!;
    const positives = truePositives + falsePositives;
    const binPrecision = positives === 0 ? 0 : truePositives / positives;
    const binRecall = truePositives / total;
    // The reference's sum starts at the second bin from the top; the top one, [2, 3], is always empty.
    if (bin < foreground.length - 1) pxap += binPrecision * (binRecall - previousRecall);
    previousRecall = binRecall;
    if (bin < thresholds.length) {
      precision[bin] = binPrecision;
      recall[bin] = binRecall;
    }
  }
  return {
    pxap,
    pixels: { foreground: total, background: sum(background) },
    curve: { thresholds, precision, recall },
  };
}

function checked(maps: ScoreMapBatch, masks: Uint8Array): ScoreMapBatch {
  const batch = requireScoreMaps(maps);
  if (!types.isUint8Array(masks)) throw invalidArgument("masks", "a Uint8Array", masks);
  if (masks.length === batch.data.length) return batch;
  throw invalidArgument("masks", `${batch.data.length} values, one per pixel of the maps`, masks.length);
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0);
}
