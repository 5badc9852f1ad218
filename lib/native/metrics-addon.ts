/**
 * The ledger of the small addon: every name that `binding/metrics` exports, and nothing else (test/ledger.test.ts). Arrays
 * are read or copied at the call: what becomes of them afterwards changes nothing.
 */
import type { CreateError } from "./create-error";

export type ScoreMapArray = Float32Array | Float64Array;
/**
 * `largest`: the box of the component of largest contour area. `all`: a box per component and per hole. `extent`: first
 * and last pixel of the component that `largest` takes, without the pixel that the reference adds; no box where nothing
 * is foreground.
 */
export type BoxRule = "largest" | "all" | "extent";

/** Score maps of one size in one block: `count` x height x width, each value in [0, 1]. */
export interface ScoreMapBatch {
  readonly data: ScoreMapArray;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** True boxes of a batch, already scaled to the map: `boxes` is total x 4 (x0, y0, x1, y1), `offsets` has count + 1 entries. */
export interface BoxBatch {
  readonly boxes: Int32Array;
  readonly offsets: Int32Array;
}

/** What is true of the images of a batch. */
export interface MaxBoxAccTargets {
  readonly truth: BoxBatch;
  /** 1 where the predicted class is right, one per image; null without predictions (all updates alike). */
  readonly correct: Uint8Array | null;
}

export interface MaxBoxAccCounts {
  readonly images: number;
  /** thresholds x 3 levels (0.3, 0.5, 0.7): images hit, by the largest-contour box. */
  readonly largest: Float64Array;
  /** The same by all boxes (V2). */
  readonly all: Float64Array;
  /** One per threshold: hit at 0.5 by the largest-contour box and predicted class right; null without predictions. */
  readonly top1: Float64Array | null;
  /** Largest-contour hits at each of `extraThresholds` x 3 levels, and with the predicted class right at 0.5. */
  readonly extraLargest: Float64Array;
  readonly extraTop1: Float64Array | null;
}

/** What `updatePerImage` tells. */
export interface MaxBoxAccPerImage {
  /** count x thresholds: best IoU of the largest-contour box. */
  readonly largestIou: Float64Array;
  /** count x thresholds x 3, 0 or 1. */
  readonly allHits: Uint8Array;
}

export interface NativeMaxBoxAcc {
  /** Counts a batch. Rejects with ERR_WSOL_SCORE_MAP (details.index) and counts nothing on NaN or a value outside [0, 1]. */
  update(maps: ScoreMapBatch, targets: MaxBoxAccTargets): Promise<void>;
  /** The same, and tells what each image hit. */
  updatePerImage(maps: ScoreMapBatch, targets: MaxBoxAccTargets): Promise<MaxBoxAccPerImage>;
  counts(): MaxBoxAccCounts;
  merge(other: NativeMaxBoxAcc): void;
  reset(): void;
}

export interface PixelApCounts {
  /** Bin edges: the threshold grid, then 1, 2, 3. */
  readonly foreground: Float64Array;
  readonly background: Float64Array;
}

export interface NativePixelAp {
  /** `masks`: count x height x width; 1 foreground, 0 background, 255 ignored. */
  update(maps: ScoreMapBatch, masks: Uint8Array): Promise<void>;
  /** The same, and tells what each image added: count x 2 (foreground, background) x bins. */
  updatePerImage(maps: ScoreMapBatch, masks: Uint8Array): Promise<Int32Array>;
  counts(): PixelApCounts;
  merge(other: NativePixelAp): void;
  reset(): void;
}

/** What one run's evaluation knows of each image; null for what the data or the model could not give. */
export interface ImageFacts {
  /**
   * Where images have several classes: the pairs of an image and a class, those of image i from offsets[i] to before
   * offsets[i + 1], and 1 where the pair's class is the predicted one. Null: pair i is image i.
   */
  readonly pairs: { readonly offsets: Int32Array; readonly correct: Uint8Array | null } | null;
  /** What each pair hits over the threshold grid, see `HitRecords`. */
  readonly hits: { readonly offsets: Int32Array; readonly begins: Int32Array; readonly states: Uint8Array } | null;
  /** Index in the grid of the threshold that `val` chose. */
  readonly valThreshold: number | null;
  /** 1 where the predicted class is right. */
  readonly correct: Uint8Array | null;
  readonly entropy: Float64Array | null;
  /** `counts`: images x 2 (foreground, background) x bins. */
  readonly pixels: { readonly bins: number; readonly counts: Int32Array } | null;
}

/** The same draws of images for all runs, a function of (seed, resample): not of the number of threads, nor of the calls. */
export interface NativeBootstrap {
  /** Resamples `first` on: runs x 7 figures x count (see `FIGURE_COLUMNS`); NaN for what a run cannot give. */
  resample(first: number, count: number): Promise<Float64Array>;
  /** PxAP of the same: runs x count. */
  resamplePixels(first: number, count: number): Promise<Float64Array>;
  /** Of the images as they are: runs x 8, PxAP last. */
  observed(): Promise<Float64Array>;
}

/** `held`: another has it. `unsupported`: the file system, or this platform, has no such lock. */
export type LockOutcome = "acquired" | "held" | "unsupported";

/**
 * An exclusive lock of the operating system on a file. Two of them conflict also within one process. The system frees it
 * when the process ends, in whatever way, and its environment (a worker's too) when that ends.
 */
export interface NativeFileLock {
  /** Makes the file where needed; never waits. Throws ERR_WSOL_WRITE if the file cannot be opened. */
  tryAcquire(): LockOutcome;
  /** Replaces the file's content, by which others learn who holds the lock; nothing while it is not held. */
  write(text: string): void;
  /** Empties the file if something was written, and frees the lock; the file stays. Idempotent. */
  release(): void;
}

/** `foreign`: of another shape, cut short, or no such file at all. `unsupported`: this platform cannot map files. */
export type ImageFileState = "opened" | "read-only" | "absent" | "foreign" | "unsupported";

/** What became of an image that was asked for: `IMAGE_STATES` names the numbers. */
export interface ImageReading {
  /** count x imageBytes, a block of its own; zeros where an image is not held. */
  readonly images: Uint8Array;
  readonly states: Uint8Array;
}

/**
 * Decoded images of one size in one file, mapped into memory, for any number of processes that read and write it at once.
 * An image is held under a stamp of 8 bytes, not all 0, that says what it was made of; one that is damaged, half written
 * or of another stamp is absent. Who finds an image absent has the claim on it and must `write` or `release` it; the
 * system frees the claims of a process that ends.
 */
export interface NativeImageFile {
  /** Of the whole file. */
  readonly bytes: number;
  /** Makes an empty file of this shape at `path`, its space reserved. Rejects with ERR_WSOL_WRITE (details.errno). */
  create(path: string): Promise<void>;
  /** Throws ERR_WSOL_WRITE (details.errno) if the file is there and cannot be opened. */
  open(): ImageFileState;
  /** `stamps`: 8 bytes for each index. */
  read(indices: Int32Array, stamps: Uint8Array): Promise<ImageReading>;
  /** Stores an image and ends the claim on it; of a file that may not be written only the latter. Rejects with ERR_WSOL_WRITE. */
  write(index: number, stamp: Uint8Array, image: Uint8Array): Promise<void>;
  release(index: number): void;
  /** Calls that run are finished. Idempotent. */
  close(): void;
}

/** The numbers of {@link ImageReading.states}. */
export const IMAGE_STATES = { held: 0, absent: 1, claimed: 2 } as const;

export interface MetricsAddon {
  setCreateError(createError: CreateError): void;
  /** `i * step` for i = 0 .. ceil(1 / step) - 1. */
  thresholdGrid(step: number): Float64Array;
  /** Boxes (n x 4) at one threshold; where nothing is foreground [0, 0, 0, 0], or none by the rule `extent`. */
  boxesFromScoreMap(
    map: Omit<ScoreMapBatch, "count">,
    options: { readonly threshold: number; readonly rule: BoxRule },
  ): Int32Array;
  /** `minmax`, `max`, `pas` or `ivr`; any finite or non-finite input, result in [0, 1]. */
  normaliseScoreMap(map: ScoreMapArray, normalisation: string): Float64Array;
  /**
   * Frees the memory of an array at once, which is empty from then on; not where other arrays may share it. For large ones
   * that come quickly: left to the garbage collection, they would set it off every few.
   */
  detach(array: Uint8Array): void;
  /** Opens a shared library by absolute path with its symbols visible to later ones; throws ERR_WSOL_ADDON with dlerror's words. */
  openLibrary(path: string): void;
  readonly Bootstrap: new (options: {
    images: number;
    /** A whole number from 0 on. */
    seed: number;
    threads: number;
    runs: readonly ImageFacts[];
  }) => NativeBootstrap;
  readonly FileLock: new (path: string) => NativeFileLock;
  readonly ImageFile: new (path: string, shape: { count: number; imageBytes: number }) => NativeImageFile;
  readonly MaxBoxAcc: new (options: {
    step: number;
    extraThresholds: Float64Array;
    threads: number;
  }) => NativeMaxBoxAcc;
  readonly PixelAp: new (options: { step: number; threads: number }) => NativePixelAp;
}
