import type { FigureName } from "../resampled-figures";

/** One figure of two sides; rates are fractions, the entropy is in nats. */
export interface FigureComparison {
  /** Means over the runs of a side. */
  readonly a: number;
  readonly b: number;
  /** b - a. */
  readonly difference: number;
  /** 95 % percentile interval of the difference over the resamples. */
  readonly interval: readonly [low: number, high: number];
  /** How many resamples the interval is of. */
  readonly resamples: number;
}

/** Null where a run of either side cannot give the figure. */
export type FigureComparisons = Readonly<Record<FigureName, FigureComparison | null>>;
