import { WsolError } from "../errors";
import type { StepResult } from "../native/torch-addon";

/** Sums over the steps of an epoch, so that an interrupted epoch continues with the same averages. */
export interface EpochTotals {
  images: number;
  loss: number;
  crossEntropy: number;
  entropy: number;
  correct: number;
  /** Images that were left out of their batches. */
  skipped: number;
  seconds: number;
  /** Of these, what the steps waited for their images. */
  waited: number;
}

/** Where a run stands; a function of the steps done alone, and all that is needed to go on. */
export interface Position {
  /** Epochs finished. */
  epoch: number;
  /** Steps done in the current epoch. */
  stepInEpoch: number;
  totals: EpochTotals;
  best: { readonly epoch: number; readonly score: number } | null;
  /** The best threshold of the last validation that had boxes. */
  valThreshold: number | null;
}

export function startPosition(): Position {
  return { epoch: 0, stepInEpoch: 0, totals: noTotals(), best: null, valThreshold: null };
}

/** Steps done since the run began. */
export function stepsDone({ epoch, stepInEpoch }: Position, stepsPerEpoch: number): number {
  return epoch * stepsPerEpoch + stepInEpoch;
}

export function noTotals(): EpochTotals {
  return { images: 0, loss: 0, crossEntropy: 0, entropy: 0, correct: 0, skipped: 0, seconds: 0, waited: 0 };
}

/** Adds one step of `images` images; the step's values are batch means. */
export function addStep(totals: EpochTotals, step: StepResult, images: number): void {
  totals.images += images;
  totals.loss += step.loss * images;
  totals.crossEntropy += step.crossEntropy * images;
  totals.entropy += step.entropy * images;
  totals.correct += step.correct;
}

function isPosition({ epoch, stepInEpoch, totals, best, valThreshold }: Position): boolean {
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  const sums = Object.keys(noTotals()).map((key) => totals[key as keyof EpochTotals]);
  return (
    isCount(epoch) &&
    isCount(stepInEpoch) &&
    sums.every(Number.isFinite) &&
    (best === null || (isCount(best.epoch) && Number.isFinite(best.score))) &&
    (valThreshold === null || Number.isFinite(valThreshold))
  );
}

/** Reads a position back from a state file's metadata. @throws ERR_WSOL_CHECKPOINT */
export function parsePosition(text: string | undefined, path: string): Position {
  try {
    const stored = JSON.parse(text ?? "") as Position;
    // Versions that skipped no images did not count them.
    const position = { ...stored, totals: { ...stored.totals, skipped: stored.totals.skipped ?? 0 } };
    if (isPosition(position)) return position;
  } catch {
    // Reported below.
  }
  throw new WsolError("ERR_WSOL_CHECKPOINT", `'${path}' holds no training position of this package`, {
    details: { path },
  });
}
