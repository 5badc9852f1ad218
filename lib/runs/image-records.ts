import { Pairs } from "../data/pairs";
import type { SplitName } from "../data/split";

/** The bits of a state of {@link HitRecords}: what a pair's boxes hit, and from which IoU on. */
export const HIT = { largestAt50: 1, allAt30: 2, allAt50: 4, allAt70: 8 } as const;

/** What each pair hits over the threshold grid, as the few thresholds where that changes. */
export interface HitRecords {
  /** Pairs + 1: the changes of pair i are those from offsets[i] to before offsets[i + 1]. */
  readonly offsets: Int32Array;
  /** Index in the grid from which a state holds, ascending; each pair's first is 0. */
  readonly begins: Int32Array;
  /** Bits of {@link HIT}. */
  readonly states: Uint8Array;
}

/** How many of each pair's pixels have a score in each bin; bin edges are the threshold grid, then 1, 2 and 3. */
export interface PixelRecords {
  readonly bins: number;
  /** Pairs x 2 (foreground, background) x bins. */
  readonly counts: Int32Array;
}

/**
 * What an evaluation keeps of each image of its split, and of each pair of an image and a class that it has, in the split's
 * order: enough to compute its figures for any draw of images. Where every image has one class, pair i is image i.
 */
export interface RunRecords {
  readonly split: SplitName;
  /** Step of the threshold grid. */
  readonly step: number;
  /** The threshold that `val` chose; null without one. */
  readonly valThreshold: number | null;
  readonly ids: readonly string[];
  /** The class of each pair. */
  readonly labels: Int32Array;
  /** Images + 1: where each image's pairs begin; null where every image has one class. */
  readonly labelOffsets: Int32Array | null;
  /** Class of the largest logit of each image; null without predictions, as the entropy. */
  readonly predicted: Int32Array | null;
  /** Of each image's prediction, in nats. */
  readonly entropy: Float64Array | null;
  /** Null without boxes. */
  readonly hits: HitRecords | null;
  /** Null without masks. */
  readonly pixels: PixelRecords | null;
}

/** The records without some images, by their place; the same records where there are none. */
export function withoutImages(records: RunRecords, images: ReadonlySet<number>): RunRecords {
  if (images.size === 0) return records;
  const { ids, labels, labelOffsets, predicted, entropy, hits, pixels } = records;
  const kept = [...ids.keys()].filter((image) => !images.has(image));
  const all = new Pairs(records);
  const pairs = all.ofAll(kept);
  return {
    ...records,
    ids: kept.map((image) => ids[image]!),
    labels: Int32Array.from(pairs, (pair) => labels[pair]!),
    labelOffsets: labelOffsets && all.offsetsOf(kept),
    predicted: predicted && Int32Array.from(kept, (image) => predicted[image]!),
    entropy: entropy && Float64Array.from(kept, (image) => entropy[image]!),
    hits: hits && hitsOf(hits, pairs),
    pixels: pixels && pixelsOf(pixels, pairs),
  };
}

function hitsOf({ offsets, begins, states }: HitRecords, pairs: readonly number[]): HitRecords {
  const ranges = pairs.map((pair) => [offsets[pair]!, offsets[pair + 1]!] as const);
  const joined = new Int32Array(pairs.length + 1);
  ranges.forEach(([from, to], pair) => {
    joined[pair + 1] = joined[pair]! + to - from;
  });
  const total = joined.at(-1)!;
  const own = { offsets: joined, begins: new Int32Array(total), states: new Uint8Array(total) };
  ranges.forEach(([from, to], pair) => {
    own.begins.set(begins.subarray(from, to), joined[pair]!);
    own.states.set(states.subarray(from, to), joined[pair]!);
  });
  return own;
}

function pixelsOf({ bins, counts }: PixelRecords, pairs: readonly number[]): PixelRecords {
  const perPair = 2 * bins;
  const own = new Int32Array(pairs.length * perPair);
  pairs.forEach((pair, place) => {
    own.set(counts.subarray(pair * perPair, (pair + 1) * perPair), place * perPair);
  });
  return { bins, counts: own };
}
