import { availableParallelism } from "node:os";
import type { Config } from "../../config/schema";
import type { ImageBatch, TorchAddon } from "../../native/torch-addon";
import { Limiter } from "../limiter";
import { prefetch } from "../prefetch";
import type { Split } from "../split";
import { isBadImage } from "./bad-image";
import { checkSize } from "./check-size";
import { decodeImage } from "./decode";
import { DecodedCache } from "./decoded-cache";
import { leaveOut, type SkippedImage } from "./leave-out";

/** RGB, 8 bit; the antialiased bilinear of `loadTorchAddon().resizeImage`. */
export type ResizeImage = TorchAddon["resizeImage"];

export interface ImageLoaderOptions {
  readonly resize: ResizeImage;
  readonly cmyk: "refuse" | "convert";
  /** MiB for decoded images of all splits together; 0: decode every time. */
  readonly cacheMemory: number;
  /** Images decoded at once. @default the number of cores, at most 4, the size of Node's thread pool */
  readonly concurrency?: number;
}

export interface BatchOptions {
  readonly split: Split;
  /** Indices of images in the order they are wanted; each batch takes the next `batchSize`, the last one what is left. */
  readonly order: Int32Array;
  readonly batchSize: number;
  /** Images are resized to a square of this side, in pixels. */
  readonly side: number;
  /** The first batch to yield, for a run that resumes inside an epoch. @default 0 */
  readonly startBatch?: number;
  /** Batches prepared while the consumer works. @default 2 */
  readonly prefetch?: number;
  /** `skip`: a batch lacks its images that cannot be used, and names them; it may then be empty. @default "stop" */
  readonly onBadImage?: Config["data"]["onBadImage"];
  readonly signal?: AbortSignal | undefined;
}

export interface LabelledBatch {
  readonly indices: Int32Array;
  readonly labels: Int32Array;
  /** A block of its own, never reused. */
  readonly images: ImageBatch;
  /** Images that were to be in the batch and are not. */
  readonly skipped: readonly SkippedImage[];
}

/** Reads, decodes and resizes the images of data sets, and remembers the results as far as memory allows. */
export class ImageLoader {
  readonly #options: ImageLoaderOptions;
  readonly #limiter: Limiter;
  /** By the ids, which a split shares with one made of it that lacks its masks. */
  readonly #caches = new Map<Split["ids"], Map<number, DecodedCache>>();
  #cacheBytesLeft: number;

  constructor(options: ImageLoaderOptions) {
    this.#options = options;
    this.#limiter = new Limiter(options.concurrency ?? Math.min(availableParallelism(), 4));
    this.#cacheBytesLeft = options.cacheMemory * 2 ** 20;
  }

  /**
   * The batches of one pass, in order.
   * @throws ERR_WSOL_IMAGE at the batch that holds the bad image, ERR_WSOL_DATA where `image_sizes.txt` gives an image
   * another size, neither with `onBadImage: "skip"`; the signal's reason when aborted.
   */
  batches(options: BatchOptions): AsyncGenerator<LabelledBatch, void, void> {
    const end = Math.ceil(options.order.length / options.batchSize);
    return prefetch({ start: options.startBatch ?? 0, end }, (batch, signal) => this.#prepare(options, batch, signal), {
      ahead: options.prefetch ?? 2,
      signal: options.signal,
    });
  }

  async #prepare(options: BatchOptions, batch: number, signal: AbortSignal): Promise<LabelledBatch> {
    const { split, side, batchSize } = options;
    const indices = options.order.slice(batch * batchSize, (batch + 1) * batchSize);
    const cache = this.#cacheOf(split, side);
    const imageBytes = side * side * 3;
    const data = new Uint8Array(indices.length * imageBytes);
    const missing: Promise<void>[] = [];
    const places: number[] = [];
    indices.forEach((index, i) => {
      const held = cache.get(index);
      if (held !== null) data.set(held, i * imageBytes);
      else {
        places.push(i);
        missing.push(
          this.#load(split, index, side, signal).then((image) => {
            data.set(image, i * imageBytes);
            cache.put(index, image);
          }),
        );
      }
    });
    // All are awaited, so that the image named is the batch's first bad one, whichever failed first.
    const failed = (await Promise.allSettled(missing)).flatMap((result, i) =>
      result.status === "rejected" ? [{ at: places[i]!, reason: result.reason }] : [],
    );
    const fatal = failed.find(({ reason }) => options.onBadImage !== "skip" || !isBadImage(reason));
    if (fatal !== undefined) throw fatal.reason;
    const labels = indices.map((index) => split.labels[index] as number);
    const images = { data, count: indices.length, height: side, width: side };
    return leaveOut({ indices, labels, images, skipped: [] }, failed);
  }

  #load(split: Split, index: number, side: number, signal: AbortSignal): Promise<Uint8Array> {
    return this.#limiter.run(async () => {
      signal.throwIfAborted();
      const image = await decodeImage(split.imagePath(index), { cmyk: this.#options.cmyk, applyOrientation: false });
      await checkSize(split, index, [image.width, image.height]);
      if (image.width === side && image.height === side) return image.data;
      return this.#options.resize(image, { width: side, height: side });
    });
  }

  #cacheOf(split: Split, side: number): DecodedCache {
    const bySide = this.#caches.get(split.ids) ?? new Map<number, DecodedCache>();
    this.#caches.set(split.ids, bySide);
    let cache = bySide.get(side);
    if (cache === undefined) {
      cache = new DecodedCache(split.ids.length, side * side * 3, this.#cacheBytesLeft);
      this.#cacheBytesLeft -= cache.maxBytes;
      bySide.set(side, cache);
    }
    return cache;
  }
}
