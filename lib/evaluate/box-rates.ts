import type { MaxBoxAccCounts } from "../native/metrics-addon";
import { type Evaluation, type EvaluationCurves, LEVELS, type PerLevel } from "./evaluation";

type BoxRates = Pick<Evaluation, "gtKnownLoc" | "top1Loc" | "maxBoxAcc" | "maxBoxAccV2" | "bestThreshold"> &
  Pick<Evaluation, "atSigma" | "atValThreshold"> & {
    readonly curves: Pick<EvaluationCurves, "maxBoxAcc" | "maxBoxAccV2" | "top1Loc">;
  };

const HALF = LEVELS.indexOf("0.5");

/** What an evaluation says without boxes. */
export const NO_BOX_RATES: BoxRates = {
  gtKnownLoc: null,
  top1Loc: null,
  maxBoxAcc: null,
  maxBoxAccV2: null,
  bestThreshold: null,
  atSigma: null,
  atValThreshold: null,
  curves: { maxBoxAcc: null, maxBoxAccV2: null, top1Loc: null },
};

/**
 * The box metrics from hit counts (PROTOCOL 5). `counts` was taken with the extra thresholds `sigma` and, unless null,
 * `valThreshold`, in this order.
 */
export function boxRates(
  counts: MaxBoxAccCounts,
  thresholds: Float64Array,
  sigma: number,
  valThreshold: number | null,
): BoxRates {
  const { images } = counts;
  const largest = perLevel((level) => curveOf(counts.largest, level));
  const all = perLevel((level) => curveOf(counts.all, level));
  const top1 = counts.top1 === null ? null : Array.from(counts.top1, (hits) => hits / images);
  const maxBoxAcc = perLevel((level) => maximum(largest[LEVELS[level]!]));
  const v2 = perLevel((level) => maximum(all[LEVELS[level]!]));
  return {
    gtKnownLoc: maxBoxAcc["0.5"],
    top1Loc: top1 === null ? null : maximum(top1),
    maxBoxAcc,
    maxBoxAccV2: { mean: (v2["0.3"] + v2["0.5"] + v2["0.7"]) / LEVELS.length, ...v2 },
    bestThreshold: perLevel((level) => thresholds[firstMaximum(largest[LEVELS[level]!])]!),
    atSigma: { sigma, ...atExtra(0) },
    atValThreshold: valThreshold === null ? null : { threshold: valThreshold, ...atExtra(1) },
    curves: { maxBoxAcc: largest, maxBoxAccV2: all, top1Loc: top1 },
  };

  function curveOf(hits: Float64Array, level: number): number[] {
    return Array.from(thresholds, (_, index) => hits[index * LEVELS.length + level]! / images);
  }

  function atExtra(index: number): { gtKnownLoc: number; top1Loc: number | null } {
    return {
      gtKnownLoc: counts.extraLargest[index * LEVELS.length + HALF]! / images,
      top1Loc: counts.extraTop1 === null ? null : counts.extraTop1[index]! / images,
    };
  }
}

function perLevel<T>(of: (level: number) => T): PerLevel<T> {
  return { "0.3": of(0), "0.5": of(1), "0.7": of(2) };
}

function maximum(values: readonly number[]): number {
  return values[firstMaximum(values)]!;
}

function firstMaximum(values: readonly number[]): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}
