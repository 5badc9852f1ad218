import type { SplitName } from "../../data/split";
import { mean } from "../../runs/seed-means";
import { CONFIDENCE, differenceOf, percentileInterval } from "../interval";
import type { FigureName, ResampledFigure, RunFigures } from "../resampled-figures";
import type { FigureComparison, FigureComparisons } from "./figure-comparison";
import { type Verdict, verdictOf } from "./verdict";

/** A run, or a folder of score maps, with its own figures; null: what it cannot give. */
export interface ComparedRun {
  /** As given. */
  readonly folder: string;
  readonly figures: Readonly<Record<FigureName, number | null>>;
}

/** What {@link compare} finds: exactly the JSON of `wsol compare --json`. */
export interface Comparison {
  readonly split: SplitName;
  readonly images: number;
  readonly a: readonly ComparedRun[];
  readonly b: readonly ComparedRun[];
  readonly resamples: number;
  readonly seed: number;
  readonly confidence: number;
  readonly figures: FigureComparisons;
  readonly verdict: Verdict;
  /** What else one should know, in sentences. */
  readonly notes: readonly string[];
  /** The version of this package. */
  readonly package: string;
}

/** The order in which figures are shown. */
export const COMPARED_FIGURES = [
  ...(["top1Cls", "gtKnownLoc", "gtKnownAtVal", "top1Loc", "top1LocAtVal"] as const),
  ...(["maxBoxAccV2", "pxap", "meanEntropy"] as const),
] as const satisfies readonly FigureName[];

/** The figures of two sides, each one or several runs, and the verdict. */
export function compareSides(
  a: readonly RunFigures[],
  b: readonly RunFigures[],
): Pick<Comparison, "figures" | "verdict" | "confidence"> {
  const entries = COMPARED_FIGURES.map((name) => [name, compareFigure(ofSide(a, name), ofSide(b, name))]);
  const figures = Object.fromEntries(entries) as FigureComparisons;
  return { figures, verdict: verdictOf(figures), confidence: CONFIDENCE };
}

/** Null unless every run has it. */
function ofSide(side: readonly RunFigures[], name: FigureName): ResampledFigure[] | null {
  const figures = side.map((run) => run[name]);
  return figures.every((figure) => figure !== null) ? figures : null;
}

function compareFigure(a: ResampledFigure[] | null, b: ResampledFigure[] | null): FigureComparison | null {
  if (a === null || b === null) return null;
  const differences = Float64Array.from(a[0]!.resampled, (_, at) => differenceOf(meanAt(a, at), meanAt(b, at)));
  const [ofA, ofB] = [mean(a.map(({ value }) => value)), mean(b.map(({ value }) => value))];
  const interval = percentileInterval(differences);
  return { a: ofA, b: ofB, difference: differenceOf(ofA, ofB), interval, resamples: differences.length };
}

function meanAt(side: readonly ResampledFigure[], resample: number): number {
  return mean(side.map(({ resampled }) => resampled[resample]!));
}
