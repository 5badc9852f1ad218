import { resolve } from "node:path";
import type { Dataset } from "../../data/dataset";
import { invalidArgument } from "../../errors";
import { evaluateMaps } from "../../evaluate/score-maps/evaluate-score-maps";
import { checkOptions, type OptionKeys } from "../../options";
import type { RunRecords } from "../../runs/image-records";
import { Run } from "../../tasks/run";
import { version } from "../../version";
import { type FigureName, type RunFigures, resampledFigures } from "../resampled-figures";
import { type ComparedRecords, type ComparedSide, foldersOf, readComparedRuns } from "./compared-runs";
import { type ComparedRun, type Comparison, compareSides } from "./comparison";

export interface CompareOptions {
  /** How often the images are drawn anew; PxAP takes the first 1,000. @default 10000 */
  readonly resamples?: number;
  /** Of the draws. @default 0 */
  readonly seed?: number;
  /** The folders hold score maps of any tool, `<image id>.npy`, instead of runs. @default false */
  readonly scoreMaps?: boolean;
  /** Score maps only: the data set, opened or its folder. */
  readonly data?: Dataset | string;
  /** Score maps only. @default "test" */
  readonly split?: string;
  /** Score maps only: step of the threshold grid. @default 0.001 */
  readonly step?: number;
  /** Score maps only: folder of the mask files. @default `masks` of the data set */
  readonly masksDir?: string;
  /** CPU threads; 0: all cores. @default 0 */
  readonly workers?: number;
  readonly signal?: AbortSignal;
}

const OF_SCORE_MAPS = { data: true, split: true, step: true, masksDir: true } as const;
const KNOWN: OptionKeys<CompareOptions> = {
  ...OF_SCORE_MAPS,
  ...{ resamples: true, seed: true, scoreMaps: true, workers: true, signal: true },
};

const DEFAULT_RESAMPLES = 10_000;

/** Score maps of a folder are being evaluated. */
export interface EvaluateProgress {
  readonly type: "evaluate";
  readonly folder: string;
  /** Images. */
  readonly done: number;
  readonly total: number;
}

/** Images are being drawn anew. */
export interface ResampleProgress {
  readonly type: "resample";
  readonly done: number;
  readonly total: number;
}

export type CompareEvent = EvaluateProgress | ResampleProgress;

/**
 * Whether B beats A in both localization and classification: the paired bootstrap over the images of their evaluations.
 * Each side is a run folder that `evaluateRun` or `wsol evaluate` evaluated, or several, whose figures are averaged (the
 * seeds of one configuration). `await` it for the result, iterate it for the progress.
 *
 * @throws ERR_WSOL_RUN_FOLDER (not evaluated, no records, evaluations of other data, split or step), ERR_WSOL_ARGUMENT; with
 *   score maps what `evaluateScoreMaps` throws; the signal's reason
 */
export function compare(a: ComparedSide, b: ComparedSide, options: CompareOptions = {}): Run<CompareEvent, Comparison> {
  return new Run(async (emit) => {
    checkOptions(options, KNOWN);
    const sides = [foldersOf(a, "a"), foldersOf(b, "b")] as const;
    const { resamples = DEFAULT_RESAMPLES, seed = 0, workers, signal } = options;
    const { records, notes } = await readRecords(sides.flat(), options, emit);
    const figures = await resampledFigures(records, {
      ...{ resamples, seed, threads: workers, signal },
      onProgress: (done, total) => emit({ type: "resample", done, total }),
    });
    const [ofA, ofB] = [figures.slice(0, sides[0].length), figures.slice(sides[0].length)];
    return {
      split: records[0]!.split,
      images: records[0]!.ids.length,
      a: describeSide(sides[0], ofA),
      b: describeSide(sides[1], ofB),
      resamples,
      seed,
      ...compareSides(ofA, ofB),
      notes: [...notes, ...sharedRuns(...sides), ...fewResamples(resamples)],
      package: version,
    };
  });
}

async function readRecords(
  folders: readonly string[],
  options: CompareOptions,
  emit: (event: CompareEvent) => void,
): Promise<ComparedRecords> {
  if (options.scoreMaps) return { records: await evaluateFolders(folders, options, emit), notes: [] };
  const idle = Object.keys(OF_SCORE_MAPS).find((name) => options[name as keyof CompareOptions] !== undefined);
  if (idle !== undefined) throw invalidArgument(idle, "nothing without 'scoreMaps'", options[idle as "split"]);
  return readComparedRuns(folders);
}

async function evaluateFolders(
  folders: readonly string[],
  { data, split, step, masksDir, workers, signal }: CompareOptions,
  emit: (event: CompareEvent) => void,
): Promise<RunRecords[]> {
  if (data === undefined) throw invalidArgument("data", "a data set for score maps", data);
  const kept: RunRecords[] = [];
  for (const folder of folders) {
    const given = {
      ...(split !== undefined && { split }),
      ...(step !== undefined && { step }),
      ...(masksDir !== undefined && { masksDir }),
      ...(workers !== undefined && { workers }),
      ...(signal && { signal }),
      onProgress: (done: number, total: number) => emit({ type: "evaluate", folder, done, total }),
    };
    await evaluateMaps(folder, data, given, (records) => kept.push(records));
  }
  return kept;
}

function describeSide(folders: readonly string[], figures: readonly RunFigures[]): ComparedRun[] {
  return folders.map((folder, run) => {
    const values = Object.entries(figures[run]!).map(([name, figure]) => [name, figure?.value ?? null]);
    return { folder, figures: Object.fromEntries(values) as Record<FigureName, number | null> };
  });
}

/** The ends of an interval have to leave a few resamples outside. */
const LEAST_RESAMPLES = 100;

function fewResamples(resamples: number): string[] {
  if (resamples >= LEAST_RESAMPLES) return [];
  return [`the intervals of fewer than ${LEAST_RESAMPLES} resamples, and with them the verdict, say little`];
}

/** A run against itself differs nowhere, which proves nothing. */
function sharedRuns(a: readonly string[], b: readonly string[]): string[] {
  const shared = a.filter((folder) => b.some((other) => resolve(other) === resolve(folder)));
  return shared.map((folder) => `'${folder}' is on both sides`);
}
