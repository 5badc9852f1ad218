import type { Config } from "../../config/schema";
import { detach } from "../../native/detach";
import type { TorchAddon } from "../../native/torch-addon";
import { Limiter } from "../limiter";
import { Pairs } from "../pairs";
import { prefetch } from "../prefetch";
import type { Split } from "../split";
import { defaultWorkers } from "../thread-pool";
import { isBadImage } from "./bad-image";
import { type CacheKind, openCache } from "./cache/caches";
import type { Decoded, DecodedCache } from "./cache/decoded-cache";
import { checkSize } from "./check-size";
import { decodeImage } from "./decode";
import { decodeForm } from "./decode-form";
import type { LabelledBatch } from "./labelled-batch";
import { leaveOut } from "./leave-out";
import { readImageFile } from "./read-image-file";

/** RGB, 8 bit; the antialiased bilinear of `loadTorchAddon().resizeImage`. */
export type ResizeImage = TorchAddon["resizeImage"];

export interface ImageLoaderOptions {
  readonly resize: ResizeImage;
  /** The name and version of what resizes: decoded images on disk are not used under another. @default "" */
  readonly resizedBy?: string;
  readonly cmyk: "refuse" | "convert";
  /** Where decoded images are kept. @default "memory" */
  readonly cache?: CacheKind;
  /** MiB for the decoded images that `memory` keeps, of all splits together; 0: decode every time. */
  readonly cacheMemory: number;
  /** The folder of `disk`; null: the user's cache folder. @default null */
  readonly cacheDir?: string | null;
  /** Images decoded at once; null: as many as {@link defaultWorkers}. @default null */
  readonly workers?: number | null;
  /** Told what is worth knowing. */
  readonly onWarning?: (message: string) => void;
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
  /** Batches prepared while the consumer works. @default enough that no decoder is idle, within 256 MiB */
  readonly prefetch?: number;
  /** `skip`: a batch lacks its images that cannot be used, and names them; it may then be empty. @default "stop" */
  readonly onBadImage?: Config["data"]["onBadImage"];
  readonly signal?: AbortSignal | undefined;
}

/** So that a slow image, or a turn of the event loop that takes long, does not show. */
const LEAST_AHEAD = 4;
const MOST_BYTES_AHEAD = 256 * 2 ** 20;
/** Of images for each decoder. */
const QUEUE = 4;
/** Images that are read or resized meanwhile, so that no decoder waits for them. */
const BESIDE_DECODERS = 4;
const CHANNELS = 3;

/** Reads, decodes and resizes the images of data sets, and remembers the results as `cache` says. */
export class ImageLoader {
  readonly #options: ImageLoaderOptions;
  readonly #workers: number;
  readonly #inHand: Limiter;
  readonly #decoders: Limiter;
  /** By the ids, which a split shares with one made of it that lacks its masks. */
  readonly #caches = new Map<Split["ids"], Map<number, Promise<DecodedCache>>>();
  readonly #memory: { bytes: number };

  constructor(options: ImageLoaderOptions) {
    this.#options = options;
    this.#workers = options.workers ?? defaultWorkers();
    this.#inHand = new Limiter(this.#workers + BESIDE_DECODERS);
    this.#decoders = new Limiter(this.#workers);
    this.#memory = { bytes: options.cacheMemory * 2 ** 20 };
  }

  /**
   * The batches of one pass, in order.
   * @throws ERR_WSOL_IMAGE at the batch that holds the bad image, ERR_WSOL_DATA where `image_sizes.txt` gives an image
   * another size, neither with `onBadImage: "skip"`; ERR_WSOL_WRITE where decoded images cannot be kept; the signal's reason
   * when aborted.
   */
  batches(options: BatchOptions): AsyncGenerator<LabelledBatch, void, void> {
    const end = Math.ceil(options.order.length / options.batchSize);
    return prefetch({ start: options.startBatch ?? 0, end }, (batch, signal) => this.#prepare(options, batch, signal), {
      ahead: options.prefetch ?? this.#batchesAhead(options),
      signal: options.signal,
    });
  }

  /** Frees what is remembered; batches that are under way are finished. */
  async close(): Promise<void> {
    const caches = [...this.#caches.values()].flatMap((bySide) => [...bySide.values()]);
    this.#caches.clear();
    for (const cache of await Promise.allSettled(caches)) if (cache.status === "fulfilled") cache.value.close();
  }

  #batchesAhead({ batchSize, side }: BatchOptions): number {
    const wanted = Math.max(LEAST_AHEAD, Math.ceil((QUEUE * this.#workers) / batchSize) + 1);
    const most = Math.floor(MOST_BYTES_AHEAD / (batchSize * side * side * CHANNELS));
    return Math.max(2, Math.min(wanted, most));
  }

  async #prepare(options: BatchOptions, batch: number, signal: AbortSignal): Promise<LabelledBatch> {
    const { split, side, batchSize } = options;
    const indices = options.order.slice(batch * batchSize, (batch + 1) * batchSize);
    const cache = await this.#cacheOf(split, side, signal);
    const decode = (index: number) => this.#load(split, index, side, signal);
    const { data, failures } = await cache.gather(indices, decode, signal);
    // In the batch's order: the image named is its first bad one, whichever failed first.
    const failed = [...failures].map(([at, reason]) => ({ at, reason })).sort((a, b) => a.at - b.at);
    const fatal = failed.find(({ reason }) => options.onBadImage !== "skip" || !isBadImage(reason));
    if (fatal !== undefined) throw fatal.reason;
    const images = { data, count: indices.length, height: side, width: side };
    const bad = failed.flatMap(({ at, reason }) => (isBadImage(reason) ? [{ at, reason }] : []));
    const kept = leaveOut({ indices, images, skipped: [] }, bad);
    return { ...kept, labels: new Pairs(split).labelsOfAll(kept.indices) };
  }

  #load(split: Split, index: number, side: number, signal: AbortSignal): Promise<Decoded> {
    const { cmyk, resize } = this.#options;
    const path = split.imagePath(index);
    return this.#inHand.run(async () => {
      signal.throwIfAborted();
      const { bytes, facts: source } = await readImageFile(path);
      const image = await this.#decoders.run(() => decodeImage(bytes, { cmyk, applyOrientation: false, name: path }));
      await checkSize(split, index, [image.width, image.height]);
      if (image.width === side && image.height === side) return { pixels: image.data, source };
      const resized = resize(image, { width: side, height: side });
      // The call has its own copy.
      detach(image.data);
      return { pixels: await resized, source };
    });
  }

  #cacheOf(split: Split, side: number, signal: AbortSignal): Promise<DecodedCache> {
    const bySide = this.#caches.get(split.ids) ?? new Map<number, Promise<DecodedCache>>();
    this.#caches.set(split.ids, bySide);
    const opened = bySide.get(side);
    if (opened !== undefined) {
      // What stopped the one who asked first need not stop this one.
      return opened.catch(() => {
        signal.throwIfAborted();
        return this.#cacheOf(split, side, signal);
      });
    }
    const { cache = "memory", cacheDir = null, cmyk, resizedBy = "", onWarning = () => undefined } = this.#options;
    const cacheOpening = openCache(cache, {
      ...{ split, side, memory: this.#memory, cacheDir, onWarning, signal },
      form: cache === "disk" ? decodeForm({ cmyk, resizedBy }) : "",
    });
    bySide.set(side, cacheOpening);
    cacheOpening.catch(() => bySide.delete(side));
    return cacheOpening;
  }
}
