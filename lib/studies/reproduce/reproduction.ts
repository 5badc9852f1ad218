import type { RecipeName } from "../../config/recipes";
import type { Experiment } from "../experiments/experiment";
import type { ExperimentName } from "../experiments/experiments";
import type { PublishedPair } from "../experiments/published";
import type { ArmResult } from "../study/arm-result";
import type { SplitFigures, Spread, Spreads } from "../study/figures";
import type { StudyResult } from "../study/result";

/** An arm beside what the paper has for it. */
export interface ReproducedArm {
  readonly arm: string;
  /** In percent; null: unknown. */
  readonly paper: number | null;
  /** On the evaluated split, over the seeds. */
  readonly ours: Spreads<SplitFigures>;
  /** Ours less the paper's, in percentage points; null where that is unknown. */
  readonly difference: number | null;
}

/** A localization figure that the published pair may be of. */
export type LocalizationFigure = keyof Pick<
  SplitFigures,
  "gtKnownAtVal" | "gtKnownLoc" | "top1LocAtVal" | "top1Loc" | "maxBoxAccV2" | "pxap"
>;

export const LOCALIZATION_FIGURES = [
  ...(["gtKnownAtVal", "gtKnownLoc", "top1LocAtVal", "top1Loc", "maxBoxAccV2", "pxap"] as const),
] as const satisfies readonly LocalizationFigure[];

/** The best arm with the entropy term and the best without, by one figure; in percent. */
export interface ReproducedPair {
  readonly figure: LocalizationFigure;
  readonly entropy: number;
  readonly previousBest: number;
  /** In percentage points. */
  readonly difference: number;
}

/** The published pair, which belongs to no row, beside ours by every figure that it may be of. */
export interface UnattributedPair {
  readonly paper: PublishedPair & { readonly difference: number };
  readonly ours: readonly ReproducedPair[];
}

/** A point of performance against entropy. */
export interface EntropyPoint {
  readonly arm: string;
  readonly effectiveEps: number | null;
  /** H(p) over log C. */
  readonly meanEntropyFraction: Spread;
  readonly top1Cls: Spread | null;
  /** Of each localization figure that the data has. */
  readonly localization: Readonly<Partial<Record<LocalizationFigure, Spread>>>;
}

/** An experiment of the paper on the data at hand: what `wsol reproduce --json` prints. */
export interface Reproduction {
  readonly experiment: ExperimentName;
  readonly title: string;
  readonly recipe: RecipeName;
  /** Whether the figures show no more than that it runs. */
  readonly isQuick: boolean;
  readonly arms: readonly ReproducedArm[];
  readonly unattributed: UnattributedPair | null;
  /** By rising entropy; null for experiments that are no curve. */
  readonly curve: readonly EntropyPoint[] | null;
  /** Sentences to read the figures with. */
  readonly notes: readonly string[];
  /** Of the runs that were made from beginning to end in this call, training and evaluation together. */
  readonly seconds: readonly { readonly run: string; readonly seconds: number }[];
  readonly study: StudyResult;
}

type Known = Pick<Reproduction, "recipe" | "isQuick" | "seconds" | "notes"> & { readonly experiment: ExperimentName };

/** Puts a study's figures beside the paper's. */
export function assembleReproduction(experiment: Experiment, study: StudyResult, known: Known): Reproduction {
  const { published, isCurve, title } = experiment;
  return {
    ...known,
    title,
    // No row of the paper's tables is known.
    arms: study.arms.map(({ name, figures }) => ({ arm: name, paper: null, ours: figures, difference: null })),
    unattributed: published && {
      paper: { ...published, difference: points(published.entropy - published.previousBest) },
      ours: LOCALIZATION_FIGURES.flatMap((figure) => pairBy(figure, study.arms)),
    },
    curve: isCurve ? curveOf(study.arms) : null,
    study,
  };
}

function pairBy(figure: LocalizationFigure, arms: readonly ArmResult[]): ReproducedPair[] {
  const best = (ofArms: readonly ArmResult[]) =>
    Math.max(...ofArms.map(({ figures }) => figures[figure]?.mean ?? Number.NEGATIVE_INFINITY));
  const entropy = 100 * best(arms.filter(hasTerm));
  const previousBest = 100 * best(arms.filter((arm) => !hasTerm(arm)));
  if (!Number.isFinite(entropy) || !Number.isFinite(previousBest)) return [];
  return [{ figure, entropy, previousBest, difference: entropy - previousBest }];
}

function hasTerm({ settings }: ArmResult): boolean {
  return Number(settings["loss.lambda"] ?? 0) > 0;
}

function curveOf(arms: readonly ArmResult[]): EntropyPoint[] {
  const pointsOf = arms.flatMap(({ name, effectiveEps, figures }): EntropyPoint[] => {
    const { meanEntropyFraction, top1Cls } = figures;
    if (meanEntropyFraction === null) return [];
    const known = LOCALIZATION_FIGURES.filter((figure) => figures[figure] !== null);
    const localization = Object.fromEntries(known.map((figure) => [figure, figures[figure]!]));
    return [{ arm: name, effectiveEps, meanEntropyFraction, top1Cls, localization }];
  });
  return pointsOf.sort((a, b) => a.meanEntropyFraction.mean - b.meanEntropyFraction.mean);
}

/** Without the digits that a difference of decimals adds. */
function points(value: number): number {
  return Number(value.toFixed(1));
}
