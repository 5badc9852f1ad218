import { invalidArgument } from "../errors";
import { Random } from "./random";

export interface EpochOrderOptions {
  /** Images of the split. */
  readonly count: number;
  readonly seed: number;
  /** From 0. */
  readonly epoch: number;
  readonly batchSize: number;
  /** This process among `worldSize`. @default 0 */
  readonly rank?: number;
  /** Processes that share the epoch. @default 1 */
  readonly worldSize?: number;
}

/** Keeps the shuffle's draws apart from those of crops and weights under the same seed. */
const SHUFFLE_STREAM = 0x5a4d504c;

/**
 * The order in which this process sees the images in one epoch: a pure function of its arguments. All processes draw
 * the same permutation of 0 .. count - 1; process `rank` takes every `worldSize`-th of it, all equally many. A last
 * batch of one image is left out, since batch norm cannot train on it; with `batchSize` 1 all are kept.
 */
export function epochOrder(options: EpochOrderOptions): Int32Array {
  const { count, seed, epoch, batchSize, rank = 0, worldSize = 1 } = options;
  if (!(Number.isInteger(count) && count >= 0)) throw invalidArgument("count", "a non-negative integer", count);
  if (!(Number.isInteger(worldSize) && worldSize >= 1))
    throw invalidArgument("worldSize", "a positive integer", worldSize);
  if (!(Number.isInteger(rank) && rank >= 0 && rank < worldSize)) {
    throw invalidArgument("rank", `an integer from 0 to ${worldSize - 1}`, rank);
  }
  const permutation = Int32Array.from({ length: count }, (_, index) => index);
  new Random(SHUFFLE_STREAM, seed, epoch).shuffle(permutation);
  const own = imagesPerEpoch(Math.floor(count / worldSize), batchSize);
  return worldSize === 1
    ? permutation.subarray(0, own)
    : Int32Array.from({ length: own }, (_, i) => permutation[i * worldSize + rank] as number);
}

/** Training steps of one epoch over `count` images. */
export function batchesPerEpoch(count: number, batchSize: number): number {
  return Math.ceil(imagesPerEpoch(count, batchSize) / batchSize);
}

function imagesPerEpoch(count: number, batchSize: number): number {
  if (!(Number.isInteger(count) && count >= 0)) throw invalidArgument("count", "a non-negative integer", count);
  if (!(Number.isInteger(batchSize) && batchSize >= 1))
    throw invalidArgument("batchSize", "a positive integer", batchSize);
  return batchSize > 1 && count % batchSize === 1 ? count - 1 : count;
}
