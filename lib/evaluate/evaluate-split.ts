import type { Config } from "../config/schema";
import type { LabelledBatch, SkippedImage } from "../data/images/labelled-batch";
import type { ImageLoader } from "../data/images/loader";
import { Pairs } from "../data/pairs";
import type { Split } from "../data/split";
import { largestEntropy } from "../losses/largest-entropy";
import { finiteOutputs } from "../models/finite-outputs";
import type { InferResult, NativeNetwork } from "../native/torch-addon";
import type { Measurements } from "../runs/evaluation";
import type { RunRecords } from "../runs/image-records";
import { workAhead } from "../tasks/work-ahead";
import { type CountedPart, Evaluator } from "./evaluator/evaluator";
import type { TrueMasks } from "./evaluator/true-masks";
import { writeRecords } from "./evaluator/write-records";
import { scoreMapName } from "./score-maps/score-map-name";

export interface EvaluateSplitOptions {
  /** Side in pixels that images are resized to. */
  readonly side: number;
  readonly batchSize: number;
  readonly scoreMap: Config["scoreMap"];
  readonly numClasses: number;
  /** How the network's probabilities are read. */
  readonly multiLabel: Config["loss"]["multiLabel"];
  /** Step of the threshold grid. */
  readonly step: number;
  readonly sigma: number;
  readonly valThreshold: number | null;
  /** CPU threads of the metrics; 0: all cores. @default 0 */
  readonly workers?: number;
  /** Folder of the mask files. @default `masks` of the data set */
  readonly masksDir?: string;
  /** Where masks are kept that several evaluations need. @default read for this one */
  readonly trueMasks?: TrueMasks | undefined;
  /** File that receives one JSON line per pair of an image and a class that it has. */
  readonly perImagePath?: string;
  /** What becomes of images that cannot be used; those that are skipped are in no figure. @default "stop" */
  readonly onBadImage?: Config["data"]["onBadImage"];
  /** Told of the images that a batch lacks. */
  readonly onSkipped?: (skipped: readonly SkippedImage[]) => Promise<void> | void;
  readonly signal?: AbortSignal;
  /**
   * Receives the score maps of a batch, maps x size x size, before they are counted, with their names, and what they were
   * resized and normalised from.
   */
  readonly onScoreMaps?: (
    names: readonly string[],
    maps: Float64Array,
    size: number,
    raw: RawScoreMaps,
  ) => Promise<void>;
  /** Receives what a run folder keeps of each image. */
  readonly onRecords?: (records: RunRecords) => void;
  readonly onProgress?: (done: number, total: number) => void;
  /** With what it is shared; every process then has the figures of the whole split. @default this one evaluates it alone */
  readonly share?: SplitShare;
}

/** The part of a split that this process evaluates: every `worldSize`-th image from `rank` on. */
export interface SplitShare {
  readonly rank: number;
  readonly worldSize: number;
  /** Asked before each batch: whether the rest is left out, since the processes are to stop. */
  readonly isCutShort: () => boolean;
  /** Gives what this process has counted for what the others have. */
  readonly exchange: (counted: CountedPart) => Promise<readonly CountedPart[]>;
}

/** Score maps as the network draws them, of any scale: maps x height x width. */
export interface RawScoreMaps {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}

/**
 * Runs a network over a split and evaluates it: the score map of each class that an image has for boxes and masks, all
 * classes for top-1.
 */
export async function evaluateSplit(
  network: Pick<NativeNetwork, "infer">,
  split: Split,
  loader: ImageLoader,
  options: EvaluateSplitOptions,
): Promise<Measurements> {
  const { scoreMap, numClasses, batchSize, side, signal } = options;
  const { size } = scoreMap;
  const evaluator = new Evaluator(split, {
    step: options.step,
    sigma: options.sigma,
    valThreshold: options.valThreshold,
    mapSize: [size, size],
    threads: options.workers ?? 0,
    perImage: options.perImagePath !== undefined,
    keepRecords: options.onRecords !== undefined,
    ...(options.masksDir !== undefined && { masksDir: options.masksDir }),
    ...(options.trueMasks && { trueMasks: options.trueMasks }),
  });
  const pairs = new Pairs(split);
  const { share } = options;
  const { rank, worldSize } = share ?? { rank: 0, worldSize: 1 };
  const order = Int32Array.from(split.ids, (_, index) => index).filter((index) => index % worldSize === rank);
  let done = 0;
  const onBadImage = options.onBadImage ?? "stop";
  const batches = loader.batches({ split, order, batchSize, side, onBadImage, signal });
  // While one batch is counted, the next is in the network.
  for await (const { indices, count, skipped, inferred } of workAhead(batches, infer, { ahead: 1, signal })) {
    evaluator.skip(skipped.map(({ index }) => index));
    await options.onSkipped?.(skipped);
    done += count + skipped.length;
    if (inferred !== null) await countBatch(indices, inferred);
    options.onProgress?.(done, order.length);
    signal?.throwIfAborted();
    if (share?.isCutShort()) break;
  }
  for (const part of (await share?.exchange(evaluator.counted())) ?? []) evaluator.add(part);
  const evaluation = evaluator.compute();
  if (options.perImagePath !== undefined) await writeRecords(options.perImagePath, evaluator.records());
  options.onRecords?.(evaluator.runRecords());
  return evaluation;

  async function infer({ indices, labels, images, skipped }: LabelledBatch) {
    const { count } = images;
    const inferred = count > 0 ? finiteOutputs(await network.infer(images, { ...scoreMap, labels, topK: 1 })) : null;
    return { indices, count, skipped, inferred };
  }

  async function countBatch(indices: LabelledBatch["indices"], inferred: InferResult) {
    const batch = pairs.ofAll(indices);
    const maps = {
      data: inferred.scoreMaps!,
      count: batch.length,
      height: inferred.mapHeight,
      width: inferred.mapWidth,
    };
    const names = batch.map((pair) => scoreMapName(split, pairs, pair));
    const raw = { data: inferred.rawMaps!, height: inferred.rawHeight, width: inferred.rawWidth };
    await options.onScoreMaps?.(names, maps.data, size, raw);
    const predicted = argmaxRows(inferred.probabilities, numClasses);
    const largest = largestEntropy(options, numClasses);
    await evaluator.update(batch, maps, { predicted, entropy: inferred.entropy, numClasses, largestEntropy: largest });
  }
}

/** The column of each row's largest value, the first on ties. */
export function argmaxRows(values: Float64Array, columns: number): Int32Array {
  return Int32Array.from({ length: values.length / columns }, (_, row) => {
    let best = 0;
    for (let column = 1; column < columns; column++) {
      if (values[row * columns + column]! > values[row * columns + best]!) best = column;
    }
    return best;
  });
}
