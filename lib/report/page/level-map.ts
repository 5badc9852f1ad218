import type { Normalisation } from "../../metrics/normalisations";
import { resizeBicubic } from "./bicubic";
import { normaliseInPlace } from "./normalise";
import type { RawMap } from "./raw-map";

/** A score map on the evaluator's 8-bit scale, size x size. */
export interface LevelMap {
  readonly levels: Uint8Array;
  readonly size: number;
  /** The largest level; thresholds are relative to it. */
  readonly largest: number;
}

const HIGHEST_LEVEL = 255;

/** The evaluator's way from the network's values to levels: bicubic, normalisation, 8 bits. */
export function levelMapOf(raw: RawMap, size: number, normalisation: Normalisation): LevelMap {
  const scores = resizeBicubic(raw, size);
  normaliseInPlace(scores, normalisation);
  return quantise(scores, size);
}

/** trunc(score * 255) of scores in [0, 1]. */
export function quantise(scores: Float64Array, size: number): LevelMap {
  const levels = new Uint8Array(scores.length);
  let largest = 0;
  for (let index = 0; index < scores.length; index++) {
    // What is stored is truncated.
    const level = scores[index]! * HIGHEST_LEVEL;
    levels[index] = level;
    largest = Math.max(largest, Math.trunc(level));
  }
  return { levels, size, largest };
}

/** Foreground is what lies strictly above this level. */
export function thresholdLevel({ largest }: LevelMap, threshold: number): number {
  return Math.trunc(threshold * largest);
}
