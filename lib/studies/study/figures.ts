import type { Measurements } from "../../runs/evaluation";
import type { ValidationSummary } from "../../runs/events";
import { mean, standardDeviation } from "../../runs/seed-means";

/** The figures of a run on the evaluated split; rates in [0, 1], null for what the data cannot give. */
export interface SplitFigures {
  readonly top1Cls: number | null;
  /** At the best threshold of the split itself. */
  readonly gtKnownLoc: number | null;
  /** At the threshold that `val` chose. */
  readonly gtKnownAtVal: number | null;
  readonly top1Loc: number | null;
  readonly top1LocAtVal: number | null;
  readonly maxBoxAccV2: number | null;
  readonly pxap: number | null;
  /** In nats. */
  readonly meanEntropy: number | null;
  /** The same over log C. */
  readonly meanEntropyFraction: number | null;
}

export function splitFigures(measured: Measurements): SplitFigures {
  const { top1Cls, gtKnownLoc, top1Loc, maxBoxAccV2, pxap, meanEntropy, meanEntropyFraction } = measured;
  return {
    top1Cls,
    gtKnownLoc,
    gtKnownAtVal: measured.atValThreshold?.gtKnownLoc ?? null,
    top1Loc,
    top1LocAtVal: measured.atValThreshold?.top1Loc ?? null,
    maxBoxAccV2: maxBoxAccV2?.mean ?? null,
    pxap,
    meanEntropy,
    meanEntropyFraction,
  };
}

export const SPLIT_FIGURES = [
  ...(["top1Cls", "gtKnownLoc", "gtKnownAtVal", "top1Loc", "top1LocAtVal"] as const),
  ...(["maxBoxAccV2", "pxap", "meanEntropy", "meanEntropyFraction"] as const),
] as const satisfies readonly (keyof SplitFigures)[];

export const VAL_FIGURES = [
  ...(["top1Cls", "gtKnownLoc", "top1Loc", "maxBoxAccV2", "pxap", "meanEntropy", "meanEntropyFraction"] as const),
  "bestThreshold",
] as const satisfies readonly (keyof ValidationSummary)[];

/** A figure over the runs of an arm. */
export interface Spread {
  readonly mean: number;
  /** Of the sample (n - 1); null for one run. */
  readonly sd: number | null;
  /** How many runs have the figure. */
  readonly count: number;
}

export type Spreads<Figures> = { readonly [Name in keyof Figures]: Spread | null };

/** Each figure over the runs that have it; null where none has. */
export function spreadsOf<Figures extends object>(
  names: readonly (keyof Figures)[],
  runs: readonly Figures[],
): Spreads<Figures> {
  const spread = (name: keyof Figures): Spread | null => {
    const values = runs.map((run) => run[name]).filter((value) => value !== null) as number[];
    return values.length === 0 ? null : { mean: mean(values), sd: standardDeviation(values), count: values.length };
  };
  return Object.fromEntries(names.map((name) => [name, spread(name)])) as unknown as Spreads<Figures>;
}
