import { Pairs } from "../data/pairs";
import { invalidArgument } from "../errors";
import { thresholdGrid } from "../metrics/threshold-grid";
import { loadMetricsAddon } from "../native/load-metrics";
import type { ImageFacts, NativeBootstrap } from "../native/metrics-addon";
import type { PixelRecords, RunRecords } from "../runs/image-records";

/** The figures that a resample is computed of, PxAP aside, in the order of the native side's columns. */
export const FIGURE_COLUMNS = [
  ...(["gtKnownLoc", "gtKnownAtVal", "top1Loc", "top1LocAtVal", "maxBoxAccV2"] as const),
  ...(["top1Cls", "meanEntropy"] as const),
] as const;

export type FigureName = (typeof FIGURE_COLUMNS)[number] | "pxap";

/** What localization is judged by: the first that all runs have. */
export const LOCALIZATION_FIGURES = ["gtKnownAtVal", "gtKnownLoc", "pxap"] as const satisfies readonly FigureName[];

/** A figure of one run, and the same of every resample of its images. */
export interface ResampledFigure {
  /** Of the images as they are: what the evaluation says. */
  readonly value: number;
  /** Entry i is of resample i. */
  readonly resampled: Float64Array;
}

/** Null: what the data or the model could not give. */
export type RunFigures = Readonly<Record<FigureName, ResampledFigure | null>>;

export interface ResampleOptions {
  readonly resamples: number;
  /** A whole number from 0 on. */
  readonly seed: number;
  /** CPU threads; 0: all cores. @default 0 */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** PxAP sums histograms of all pixels and takes the first resamples only. */
export const MOST_PXAP_RESAMPLES = 1000;
/** Resamples of one call: short enough for an abort to be noticed, long enough to be shared by many cores. */
const AT_ONCE = 256;
const PIXELS_AT_ONCE = 64;

/**
 * The paired bootstrap over images: in each resample as many images as there are, drawn with replacement, the same for all
 * runs; each run takes its own best threshold there, while that of `val` stays as it is. The draws are a function of
 * (seed, resample). Computed off the main thread.
 *
 * @param records Of the same images, at least one.
 * @returns One entry per run
 * @throws ERR_WSOL_ARGUMENT; the signal's reason
 */
export async function resampledFigures(
  records: readonly RunRecords[],
  options: ResampleOptions,
): Promise<RunFigures[]> {
  const { resamples, seed, threads = 0, signal, onProgress } = options;
  const images = requireAlike(records);
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw invalidArgument("resamples", "a whole number of at least 1", resamples);
  }
  if (seed > Number.MAX_SAFE_INTEGER) {
    throw invalidArgument("seed", `a whole number up to ${Number.MAX_SAFE_INTEGER}`, seed);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) throw invalidArgument("seed", "a whole number from 0 on", seed);
  signal?.throwIfAborted();
  const { Bootstrap } = loadMetricsAddon();
  const bootstrap = new Bootstrap({ images, seed, threads, runs: records.map(factsOf) });
  const pxapResamples = records.some(({ pixels }) => pixels !== null) ? Math.min(resamples, MOST_PXAP_RESAMPLES) : 0;
  let before = 0;
  const take = async (compute: Compute, columns: number, count: number, atOnce: number): Promise<Float64Array[]> => {
    const lists = Array.from({ length: columns }, () => new Float64Array(count));
    for (let first = 0; first < count; first += atOnce) {
      const size = Math.min(atOnce, count - first);
      const part = await compute(first, size);
      signal?.throwIfAborted();
      lists.forEach((list, column) => {
        list.set(part.subarray(column * size, (column + 1) * size), first);
      });
      onProgress?.(before + first + size, resamples + pxapResamples);
    }
    before += count;
    return lists;
  };
  const figures = FIGURE_COLUMNS.length;
  const drawn = await take((...range) => bootstrap.resample(...range), records.length * figures, resamples, AT_ONCE);
  const pxap = await take(
    (...range) => bootstrap.resamplePixels(...range),
    records.length,
    pxapResamples,
    PIXELS_AT_ONCE,
  );
  const observed = await bootstrap.observed();
  return records.map((_, run) => {
    const own = observed.subarray(run * (figures + 1), (run + 1) * (figures + 1));
    const entries = FIGURE_COLUMNS.map((name, column) => [name, figure(own[column]!, drawn[run * figures + column]!)]);
    return Object.fromEntries([...entries, ["pxap", figure(own[figures]!, pxap[run]!)]]) as RunFigures;
  });
}

type Compute = (...range: Parameters<NativeBootstrap["resample"]>) => Promise<Float64Array>;

function figure(value: number, resampled: Float64Array): ResampledFigure | null {
  return Number.isNaN(value) ? null : { value, resampled };
}

function requireAlike(records: readonly RunRecords[]): number {
  const [first] = records;
  if (first === undefined) throw invalidArgument("records", "the records of at least one run", records);
  const isAlike = ({ ids }: RunRecords) =>
    ids === first.ids || (ids.length === first.ids.length && ids.every((id, image) => id === first.ids[image]));
  if (!records.every(isAlike)) throw invalidArgument("records", "records of the same images", "others");
  return first.ids.length;
}

function factsOf(records: RunRecords): ImageFacts {
  const { ids, labels, labelOffsets, predicted, entropy, hits, pixels, valThreshold, step } = records;
  const pairs = new Pairs(records);
  const index = valThreshold === null ? null : thresholdGrid(step).indexOf(valThreshold);
  if (index === -1) throw invalidArgument("valThreshold", "a threshold of the grid", valThreshold);
  const correct = predicted && Uint8Array.from(predicted, (label, image) => (pairs.has(image, label) ? 1 : 0));
  const ofPairs = labelOffsets && {
    offsets: labelOffsets,
    correct: predicted && Uint8Array.from(labels, (label, pair) => (predicted[pairs.imageOf(pair)] === label ? 1 : 0)),
  };
  return {
    pairs: ofPairs,
    hits,
    valThreshold: index,
    correct,
    entropy,
    pixels: pixels && (ofPairs === null ? pixels : pixelsOfImages(pixels, ids.length, pairs)),
  };
}

/** The counts of an image's pairs together: PxAP pools all pairs. */
function pixelsOfImages({ bins, counts }: PixelRecords, images: number, pairs: Pairs): PixelRecords {
  const size = 2 * bins;
  const sums = new Int32Array(images * size);
  for (let pair = 0; pair < pairs.count; pair++) {
    const at = pairs.imageOf(pair) * size;
    for (let bin = 0; bin < size; bin++) sums[at + bin]! += counts[pair * size + bin]!;
  }
  return { bins, counts: sums };
}
