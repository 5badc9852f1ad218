import type { SplitName } from "../data/split";

/** The bits of a state of {@link HitRecords}: what an image's boxes hit, and from which IoU on. */
export const HIT = { largestAt50: 1, allAt30: 2, allAt50: 4, allAt70: 8 } as const;

/** What each image hits over the threshold grid, as the few thresholds where that changes. */
export interface HitRecords {
  /** Images + 1: the changes of image i are those from offsets[i] to before offsets[i + 1]. */
  readonly offsets: Int32Array;
  /** Index in the grid from which a state holds, ascending; each image's first is 0. */
  readonly begins: Int32Array;
  /** Bits of {@link HIT}. */
  readonly states: Uint8Array;
}

/** How many of each image's pixels have a score in each bin; bin edges are the threshold grid, then 1, 2 and 3. */
export interface PixelRecords {
  readonly bins: number;
  /** Images x 2 (foreground, background) x bins. */
  readonly counts: Int32Array;
}

/** What an evaluation keeps of each image of its split, in the split's order: enough to compute its figures for any draw of images. */
export interface RunRecords {
  readonly split: SplitName;
  /** Step of the threshold grid. */
  readonly step: number;
  /** The threshold that `val` chose; null without one. */
  readonly valThreshold: number | null;
  readonly ids: readonly string[];
  /** The true class of each image. */
  readonly labels: Int32Array;
  /** Class of the largest logit; null without predictions, as the entropy. */
  readonly predicted: Int32Array | null;
  /** H(p) in nats. */
  readonly entropy: Float64Array | null;
  /** Null without boxes. */
  readonly hits: HitRecords | null;
  /** Null without masks. */
  readonly pixels: PixelRecords | null;
}

/** The records without some images, by their place; the same records where there are none. */
export function withoutImages(records: RunRecords, images: ReadonlySet<number>): RunRecords {
  if (images.size === 0) return records;
  const { ids, labels, predicted, entropy, hits, pixels } = records;
  const kept = [...ids.keys()].filter((image) => !images.has(image));
  return {
    ...records,
    ids: kept.map((image) => ids[image]!),
    labels: Int32Array.from(kept, (image) => labels[image]!),
    predicted: predicted && Int32Array.from(kept, (image) => predicted[image]!),
    entropy: entropy && Float64Array.from(kept, (image) => entropy[image]!),
    hits: hits && hitsOf(hits, kept),
    pixels: pixels && pixelsOf(pixels, kept),
  };
}

function hitsOf({ offsets, begins, states }: HitRecords, images: readonly number[]): HitRecords {
  const ranges = images.map((image) => [offsets[image]!, offsets[image + 1]!] as const);
  const joined = new Int32Array(images.length + 1);
  ranges.forEach(([from, to], image) => {
    joined[image + 1] = joined[image]! + to - from;
  });
  const total = joined.at(-1)!;
  const own = { offsets: joined, begins: new Int32Array(total), states: new Uint8Array(total) };
  ranges.forEach(([from, to], image) => {
    own.begins.set(begins.subarray(from, to), joined[image]!);
    own.states.set(states.subarray(from, to), joined[image]!);
  });
  return own;
}

function pixelsOf({ bins, counts }: PixelRecords, images: readonly number[]): PixelRecords {
  const perImage = 2 * bins;
  const own = new Int32Array(images.length * perImage);
  images.forEach((image, place) => {
    own.set(counts.subarray(image * perImage, (image + 1) * perImage), place * perImage);
  });
  return { bins, counts: own };
}
