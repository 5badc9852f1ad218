import { resolveConfig } from "../../config/resolve";
import type { ConfigInput } from "../../config/schema";
import { detach } from "../../native/detach";
import { checkOptions, type OptionKeys } from "../../options";
import { Dataset } from "../dataset";
import type { SplitName } from "../split";
import { cachePath } from "./cache/cache-place";
import { loaderFor } from "./loader-for";

export interface CacheImagesOptions {
  /** @default all that there are */
  readonly splits?: readonly SplitName[];
  /** Stops, and rejects with the signal's reason; what is decoded stays. */
  readonly signal?: AbortSignal;
  /** Called after every few images with how many of them are done. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Told what is worth knowing and stops nothing. @default Node's `warning` event, which it prints */
  readonly onWarning?: (message: string) => void;
}

/** The decoded images of a split on disk. */
export interface CachedSplit {
  readonly split: SplitName;
  readonly images: number;
  /** Side of each in pixels. */
  readonly side: number;
  readonly path: string;
}

const KNOWN: OptionKeys<CacheImagesOptions> = { splits: true, signal: true, onProgress: true, onWarning: true };
const BATCH = 64;

/**
 * Decodes the images of a data set ahead, as runs with `data.cache=disk` read them: `train` at `data.imageSize`, the other
 * splits at `data.cropSize`. What is decoded already is read and verified. Any number of processes may do so at once, also
 * beside training; they share the work.
 *
 * @param data An opened data set, or the folder of one.
 * @param config As of the runs; only `data` matters, and `data.cache` is `disk` here.
 * @throws ERR_WSOL_DATA, ERR_WSOL_IMAGE, ERR_WSOL_CONFIG, ERR_WSOL_WRITE where there is no room, before anything is decoded
 */
export async function cacheImages(
  data: Dataset | string,
  config: ConfigInput = {},
  options: CacheImagesOptions = {},
): Promise<readonly CachedSplit[]> {
  checkOptions(options, KNOWN);
  const { signal, onProgress, onWarning } = options;
  const settings = resolveConfig(config).data;
  const dataset = typeof data === "string" ? await Dataset.open(data) : data;
  const splits = (options.splits ?? dataset.splits).map((name) => dataset.split(name));
  const total = splits.reduce((sum, { ids }) => sum + ids.length, 0);
  const loader = loaderFor({ ...settings, cache: "disk" }, { ...(onWarning && { onWarning }) });
  const cached: CachedSplit[] = [];
  let done = 0;
  try {
    for (const split of splits) {
      const side = split.name === "train" ? settings.imageSize : settings.cropSize;
      const order = Int32Array.from(split.ids, (_, index) => index);
      for await (const { indices, images } of loader.batches({ split, order, batchSize: BATCH, side, signal })) {
        detach(images.data);
        done += indices.length;
        onProgress?.(done, total);
      }
      cached.push({
        ...{ split: split.name, images: split.ids.length, side },
        path: await cachePath(split, side, settings.cacheDir),
      });
    }
    return cached;
  } finally {
    await loader.close();
  }
}
