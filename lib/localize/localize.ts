import type { Config } from "../config/schema";
import { Limiter } from "../data/limiter";
import type { Box } from "../data/split";
import { defaultWorkers } from "../data/thread-pool";
import { invalidArgument } from "../errors";
import { largestEntropy } from "../losses/largest-entropy";
import { boxesFromScoreMap } from "../metrics/boxes";
import { finiteOutputs } from "../models/finite-outputs";
import type { NativeNetwork } from "../native/torch-addon";
import { checkOptions, type OptionKeys } from "../options";
import { orAborted } from "../tasks/or-aborted";
import { workAhead } from "../tasks/work-ahead";
import { boxInImage } from "./box-in-image";
import type { ImageInput } from "./image-input";
import { batchOf, type PreparedImage, prepareImage } from "./prepare-images";

/** What localization needs of a model. */
export interface LoadedModel {
  readonly network: Pick<NativeNetwork, "infer">;
  readonly config: Pick<Config, "data" | "scoreMap" | "loss">;
  readonly numClasses: number;
  readonly classes: readonly string[] | null;
  readonly defaultThreshold: number;
}

export interface LocalizeOptions {
  /** How many classes at most, from the most probable on. @default 1, or with `minProbability` as many as there are */
  readonly topK?: number;
  /**
   * Of these the most probable one, and every other whose probability is at least this, in [0, 1]: for images of several
   * classes. @default 0.5 for a model of `loss.multiLabel` `bce` where `topK` is not given either, else 0
   */
  readonly minProbability?: number;
  /** Where the score map is cut, in [0, 1]. @default the best on `val`, else sigma */
  readonly threshold?: number;
  /** Images of a batch. @default 16 */
  readonly batchSize?: number;
  /** Ends the call at once with the signal's reason; what is being computed ends unheard. */
  readonly signal?: AbortSignal;
}

const KNOWN: OptionKeys<LocalizeOptions> = {
  ...{ topK: true, minProbability: true, threshold: true, batchSize: true, signal: true },
};

/** From here on a class is taken to be there by a model that judges each by itself. */
const MORE_LIKELY_THAN_NOT = 0.5;

/** One class found in one image. */
export interface Localization {
  readonly label: number;
  /** The label's name, where the data set had names. */
  readonly className: string | null;
  /** p of this class: its share of the softmax, or with `bce` its own sigmoid. */
  readonly probability: number;
  /** Of the whole prediction, in nats: H(p), with `bce` the mean of the classes' binary entropies. */
  readonly entropy: number;
  /** `entropy` / log C, with `bce` / log 2. */
  readonly entropyFraction: number;
  /**
   * x0, y0, x1, y1 in pixels of the image (upright), inclusive: the pixels that the component of largest contour area
   * covers. [0, 0, 0, 0] where nothing lies above the threshold.
   */
  readonly box: Box;
  readonly threshold: number;
  readonly scoreMap: { readonly data: Float64Array; readonly width: number; readonly height: number };
  /** What `scoreMap` was resized (bicubic, in double) and normalised from: of the network's own size, and of any scale. */
  readonly rawScoreMap: { readonly data: Float32Array; readonly width: number; readonly height: number };
  readonly imageWidth: number;
  readonly imageHeight: number;
}

export async function localizeOne(
  model: LoadedModel,
  image: ImageInput,
  options: LocalizeOptions,
): Promise<Localization[]> {
  const settings = readOptions(model, options);
  const { signal } = options;
  const prepared = await orAborted(prepareImage(image, model.config.data), signal);
  return (await orAborted(localizeTogether(model, [prepared], settings), signal))[0]!;
}

export async function* localizeBatches(
  model: LoadedModel,
  images: Iterable<ImageInput> | AsyncIterable<ImageInput>,
  options: LocalizeOptions,
): AsyncGenerator<Localization[]> {
  const settings = readOptions(model, options);
  const { signal } = options;
  const inHand = new Limiter(defaultWorkers() + BESIDE_DECODERS);
  const stop = new AbortController();
  const prepare = (image: ImageInput) =>
    inHand.run(() => {
      stop.signal.throwIfAborted();
      return prepareImage(image, model.config.data);
    });
  const localizeBatch = async (batch: readonly Promise<PreparedImage>[]) => {
    const prepared: PreparedImage[] = [];
    // In order: the image named is the first bad one, whichever failed first.
    for (const image of batch) prepared.push(await image);
    return localizeTogether(model, prepared, settings);
  };
  try {
    const batches = batchesOf(images, settings.batchSize, prepare);
    for await (const found of workAhead(batches, localizeBatch, { ahead: BATCHES_AHEAD, signal })) yield* found;
  } finally {
    stop.abort();
  }
}

/** One is in the network while the images of another are decoded. */
const BATCHES_AHEAD = 2;
/** Images that are read or resized meanwhile, so that no decoder waits for them. */
const BESIDE_DECODERS = 2;

/** Each image is prepared from when it is there. */
async function* batchesOf(
  images: Iterable<ImageInput> | AsyncIterable<ImageInput>,
  batchSize: number,
  prepare: (image: ImageInput) => Promise<PreparedImage>,
): AsyncGenerator<Promise<PreparedImage>[]> {
  let batch: Promise<PreparedImage>[] = [];
  for await (const image of images) {
    const prepared = prepare(image);
    prepared.catch(() => undefined);
    batch.push(prepared);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface Settings {
  readonly topK: number;
  readonly minProbability: number;
  readonly threshold: number;
  readonly batchSize: number;
}

function readOptions(model: LoadedModel, options: LocalizeOptions): Settings {
  checkOptions(options, KNOWN);
  const { threshold = model.defaultThreshold, batchSize = 16 } = options;
  const { topK, minProbability } = chosenClasses(model, options);
  if (!Number.isInteger(topK) || topK < 1 || topK > model.numClasses) {
    throw invalidArgument("topK", `a whole number from 1 to ${model.numClasses}, the class count`, topK);
  }
  if (typeof minProbability !== "number" || !(minProbability >= 0 && minProbability <= 1)) {
    throw invalidArgument("minProbability", "a number in [0, 1]", minProbability);
  }
  if (typeof threshold !== "number" || !(threshold >= 0 && threshold <= 1)) {
    throw invalidArgument("threshold", "a number in [0, 1]", threshold);
  }
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw invalidArgument("batchSize", "a positive whole number", batchSize);
  options.signal?.throwIfAborted();
  return { topK, minProbability, threshold, batchSize };
}

function chosenClasses(
  { config, numClasses }: LoadedModel,
  { topK, minProbability }: LocalizeOptions,
): Pick<Settings, "topK" | "minProbability"> {
  if (minProbability !== undefined) return { topK: topK ?? numClasses, minProbability };
  if (topK !== undefined || config.loss.multiLabel !== "bce") return { topK: topK ?? 1, minProbability: 0 };
  return { topK: numClasses, minProbability: MORE_LIKELY_THAN_NOT };
}

async function localizeTogether(
  model: LoadedModel,
  images: readonly PreparedImage[],
  settings: Settings,
): Promise<Localization[][]> {
  const { scoreMap, data } = model.config;
  const { topK, minProbability, threshold } = settings;
  const entropyOfGuess = largestEntropy(model.config.loss, model.numClasses);
  const batch = batchOf(images, data.cropSize);
  const found = finiteOutputs(await model.network.infer(batch, { ...scoreMap, labels: null, topK, minProbability }));
  const { mapWidth: width, mapHeight: height, rawWidth, rawHeight } = found;
  return images.map((image, index) => {
    const first = found.offsets![index]!;
    return Array.from({ length: found.offsets![index + 1]! - first }, (_, rank) => {
      const at = first + rank;
      const map = found.scoreMaps!.slice(at * width * height, (at + 1) * width * height);
      const rawMap = found.rawMaps!.slice(at * rawWidth * rawHeight, (at + 1) * rawWidth * rawHeight);
      const label = found.classes![at]!;
      const entropy = found.entropy[index]!;
      return {
        label,
        className: model.classes?.[label] ?? null,
        probability: found.probabilities[index * model.numClasses + label]!,
        entropy,
        entropyFraction: entropy / entropyOfGuess,
        box: boxInImage(boxesFromScoreMap(map, { width, height, threshold, rule: "extent" })[0], width, height, image),
        threshold,
        scoreMap: { data: map, width, height },
        rawScoreMap: { data: rawMap, width: rawWidth, height: rawHeight },
        imageWidth: image.width,
        imageHeight: image.height,
      };
    });
  });
}
