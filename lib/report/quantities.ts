import type { RunSummary } from "../runs/summary";

/** One figure of an evaluated run. */
export interface Quantity {
  /** Columns of one group stand under one head. */
  readonly group: string;
  /** Second line of the head: which threshold, which unit. */
  readonly detail: string;
  readonly unit: "%" | "nats";
  readonly of: (run: RunSummary) => number | null;
  /** Which direction is an improvement; null: neither. */
  readonly better: "higher" | null;
  readonly format: (value: number) => string;
  /** What a difference is counted in. */
  readonly formatDifference: (difference: number) => string;
}

/** The figures of the evaluated split, in the order of the table. */
export const QUANTITIES = {
  top1Cls: percentage("Top-1 Cls", "accuracy", ({ evaluation }) => evaluation?.top1Cls),
  gtKnownLoc: percentage("GT-known Loc", "best", ({ evaluation }) => evaluation?.gtKnownLoc),
  gtKnownAtVal: percentage("GT-known Loc", "of val", ({ evaluation }) => evaluation?.atValThreshold?.gtKnownLoc),
  gtKnownAtSigma: percentage("GT-known Loc", "sigma", ({ evaluation }) => evaluation?.atSigma?.gtKnownLoc),
  top1Loc: percentage("Top-1 Loc", "best", ({ evaluation }) => evaluation?.top1Loc),
  top1LocAtVal: percentage("Top-1 Loc", "of val", ({ evaluation }) => evaluation?.atValThreshold?.top1Loc),
  top1LocAtSigma: percentage("Top-1 Loc", "sigma", ({ evaluation }) => evaluation?.atSigma?.top1Loc),
  maxBoxAccV2: percentage("MaxBoxAccV2", "mean", ({ evaluation }) => evaluation?.maxBoxAccV2?.mean),
  pxap: percentage("PxAP", "masks", ({ evaluation }) => evaluation?.pxap),
  mPxap: percentage("mPxAP", "classes", ({ evaluation }) => (isMultiLabel(evaluation) ? evaluation?.mPxap : null)),
  meanEntropyFraction: {
    ...percentage("Mean entropy", "% of log C", ({ evaluation }) => evaluation?.meanEntropyFraction),
    better: null,
  },
  meanEntropy: {
    group: "Mean entropy",
    detail: "nats",
    unit: "nats",
    of: ({ evaluation }) => evaluation?.meanEntropy ?? null,
    better: null,
    format: (value) => value.toFixed(3),
    formatDifference: (difference) => signed(difference, 3),
  },
} as const satisfies Record<string, Quantity>;

/** Of one class per image, the papers' figure is PxAP alone. */
function isMultiLabel(evaluation: RunSummary["evaluation"]): boolean {
  return evaluation !== null && evaluation.pairs > evaluation.images;
}

/** The quantities that at least one of the runs has. */
export function quantitiesOf(runs: readonly RunSummary[]): Quantity[] {
  return Object.values<Quantity>(QUANTITIES).filter(({ of }) => runs.some((run) => of(run) !== null));
}

/** `0.1234` as `12.3`. */
export function formatPercent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

/** With a plus or a true minus sign; what rounds to zero has neither. */
export function signed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  if (Number(text) === 0) return `±${text}`;
  return `${value < 0 ? "−" : "+"}${text}`;
}

/** Whether a difference, as printed, is for the better. */
export function directionOf({ better, formatDifference }: Quantity, difference: number): "up" | "down" | "same" {
  if (better === null || formatDifference(difference).startsWith("±")) return "same";
  return difference > 0 ? "up" : "down";
}

function percentage(
  group: string,
  detail: string,
  of: (run: RunSummary) => number | null | undefined,
): Quantity & { readonly better: "higher" } {
  return {
    group,
    detail,
    unit: "%",
    of: (run) => of(run) ?? null,
    better: "higher",
    format: formatPercent,
    formatDifference: (difference) => signed(100 * difference, 1),
  };
}
