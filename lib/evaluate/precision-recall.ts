import type { PixelApCounts } from "../native/metrics-addon";

export interface PrecisionRecall {
  /** Sum over the non-empty bins from the second down of precision_i (recall_i - recall_(i-1)), not interpolated. */
  readonly averagePrecision: number;
  /** Per threshold of the grid, of the pixels at or above it; null where there are none. */
  readonly precision: (number | null)[];
  readonly recall: number[];
}

/**
 * Precision, recall and PxAP from the pixel histograms of `thresholds` grid bins and the two above 1 (PROTOCOL 6).
 * @returns null when no pixel is foreground: recall has no meaning then.
 */
export function precisionRecall({ foreground, background }: PixelApCounts, thresholds: number): PrecisionRecall | null {
  const total = foreground.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const precision = new Array<number | null>(thresholds).fill(null);
  const recall = new Array<number>(thresholds).fill(0);
  let averagePrecision = 0;
  let truePositives = 0;
  let falsePositives = 0;
  for (let bin = foreground.length - 1; bin >= 0; bin--) {
    const recallAbove = truePositives / total;
    truePositives += foreground[bin]!;
    falsePositives += background[bin]!;
    const pixels = truePositives + falsePositives;
    const isTop = bin === foreground.length - 1;
    if (pixels > 0 && !isTop) averagePrecision += (truePositives / pixels) * (truePositives / total - recallAbove);
    if (bin >= thresholds) continue;
    precision[bin] = pixels > 0 ? truePositives / pixels : null;
    recall[bin] = truePositives / total;
  }
  return { averagePrecision, precision, recall };
}
