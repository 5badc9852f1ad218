import { Random } from "../../data/random";
import { differenceOf, percentileInterval } from "../interval";
import { LOCALIZATION_FIGURES, type ResampledFigure } from "../resampled-figures";

/** What arms are told apart by. */
export type ComparedFigure = (typeof LOCALIZATION_FIGURES)[number];

/** By how much an arm is better than the sweet spot on the study's split; negative: worse. */
export interface DifferenceFromSpot {
  readonly arm: string;
  readonly figure: ComparedFigure;
  /** Of the means over the seeds. */
  readonly difference: number;
  /** The 95 % percentile interval over images and seeds. */
  readonly low: number;
  readonly high: number;
}

export type ResampledRun = Readonly<Record<ComparedFigure, ResampledFigure | null>>;

/** The runs of an arm, one for each seed. */
export interface ResampledArm {
  readonly name: string;
  readonly runs: readonly ResampledRun[];
}

const SEED_DRAWS = 0x53454544;

/**
 * The difference of every other arm from `spot`: in each resample both arms draw as many of their seeds, with replacement,
 * and average them on the same draw of images. Arms without a figure in common with `spot` are left out.
 */
export function differencesFrom(spot: ResampledArm, others: readonly ResampledArm[]): DifferenceFromSpot[] {
  return others.flatMap((arm) => {
    const figure = LOCALIZATION_FIGURES.find((name) => [...spot.runs, ...arm.runs].every((run) => run[name] !== null));
    if (figure === undefined || arm.runs.length === 0) return [];
    const [ofArm, ofSpot] = [arm, spot].map(({ runs }) => runs.map((run) => run[figure]!)) as [
      ResampledFigure[],
      ResampledFigure[],
    ];
    const [drawnOfArm, drawnOfSpot] = [drawSeeds(ofArm, arm.name), drawSeeds(ofSpot, spot.name)];
    const [low, high] = percentileInterval(drawnOfArm.map((value, draw) => differenceOf(drawnOfSpot[draw]!, value)));
    return [{ arm: arm.name, figure, difference: differenceOf(meanOf(ofSpot), meanOf(ofArm)), low, high }];
  });
}

/** An arm is told apart where zero lies outside the interval. */
export function isIndistinguishable({ low, high }: DifferenceFromSpot): boolean {
  return low <= 0 && high >= 0;
}

/** The mean over drawn seeds, for each draw of images. A function of the arm's name, so that an arm draws the same against all. */
function drawSeeds(runs: readonly ResampledFigure[], name: string): Float64Array {
  const random = new Random(SEED_DRAWS, ...Buffer.from(name));
  return Float64Array.from(runs[0]!.resampled, (_, draw) => {
    let sum = 0;
    for (let i = 0; i < runs.length; i++) sum += runs[random.below(runs.length)]!.resampled[draw]!;
    return sum / runs.length;
  });
}

function meanOf(runs: readonly ResampledFigure[]): number {
  return runs.reduce((sum, { value }) => sum + value, 0) / runs.length;
}
