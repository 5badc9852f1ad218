import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { matchTensors, readCheckpointFile, weightsInfo } from "../checkpoint/weights";
import { mergeConfig } from "../config/flatten";
import { resolveConfig } from "../config/resolve";
import type { Config, ConfigInput } from "../config/schema";
import { invalidArgument, WsolError } from "../errors";
import type { TensorFile } from "../formats/tensor-file";
import { describeClassifier, describeNetwork, openNetwork } from "../models/network";
import type { NativeNetwork } from "../native/torch-addon";
import { checkOptions, type OptionKeys } from "../options";
import { type Checkpoint, RUN_FILES, readRunConfig } from "../runs/run-folder";
import type { ImageInput } from "./image-input";
import { type Localization, type LocalizeOptions, localizeBatches, localizeOne } from "./localize";

/** Weights that are not in a run folder. */
export interface WeightsSource {
  readonly weights: string;
  /** Needed for weights of other tools; this package's weights files name theirs. */
  readonly backbone?: Config["model"]["backbone"];
  readonly stem?: Config["model"]["stem"];
  readonly lastStride?: 1 | 2;
  readonly layer3Stride?: 1 | 2;
  /** Side in pixels that images are resized to. @default 224, or as trained */
  readonly cropSize?: number;
}

export interface LoadOptions {
  /** Which weights of a run folder. @default "last" */
  readonly checkpoint?: Checkpoint;
  /** `auto`, `cpu` or `cuda:N`. @default "auto" */
  readonly device?: string;
  /** @default as trained */
  readonly precision?: Config["precision"];
  /** CPU threads; 0: all cores. @default 0 */
  readonly threads?: number;
  /** How score maps are made, key by key. @default as trained */
  readonly scoreMap?: ConfigInput["scoreMap"];
}

/** Where a model's weights come from. */
export interface WeightsOrigin {
  readonly path: string;
  /** Null for a weights file that was named itself. */
  readonly checkpoint: Checkpoint | null;
  /** Fractional after an interruption; null for weights of other tools. */
  readonly epoch: number | null;
}

export const LOAD_OPTIONS: OptionKeys<LoadOptions> = {
  ...{ checkpoint: true, device: true, precision: true, threads: true, scoreMap: true },
};
const WEIGHTS_SOURCE: OptionKeys<WeightsSource> = {
  ...{ weights: true, backbone: true, stem: true, lastStride: true, layer3Stride: true, cropSize: true },
};

/** A trained network that tells where the object of a class is. Close it, or declare it with `await using`. */
export class Localizer {
  /** The configuration that the network was trained with; device, precision, threads and score maps as loaded. */
  readonly config: Config;
  readonly numClasses: number;
  /** Class names in label order, where the data set had them. */
  readonly classes: readonly string[] | null;
  /** Where boxes are cut if no threshold is given: the best on `val` for score maps as trained, else sigma. */
  readonly defaultThreshold: number;
  /** Where the weights come from: the file (absolute), which of a run folder's, and the epochs they were trained. */
  readonly source: WeightsOrigin;
  /** @internal */
  readonly network: NativeNetwork;

  private constructor(network: NativeNetwork, loaded: LoadedWeights) {
    this.network = network;
    this.config = loaded.config;
    this.numClasses = loaded.numClasses;
    this.classes = loaded.classes;
    this.source = { path: resolve(loaded.path), checkpoint: loaded.checkpoint, epoch: loaded.epoch };
    this.defaultThreshold = loaded.valThreshold ?? loaded.config.evaluation.sigma;
  }

  /**
   * Loads the weights of a run folder, or a weights file.
   * @throws ERR_WSOL_RUN_FOLDER, ERR_WSOL_CHECKPOINT, ERR_WSOL_CONFIG (an option's value), ERR_WSOL_ARGUMENT,
   * ERR_WSOL_DEVICE, ERR_WSOL_LIBTORCH_NOT_FOUND
   */
  static async load(source: string | WeightsSource, options: LoadOptions = {}): Promise<Localizer> {
    const loaded = await readLoadedWeights(source, options);
    const network = await openNetwork(loaded.config, loaded.numClasses);
    try {
      const description = describeNetwork(loaded.config.model, loaded.numClasses);
      const wanted = { table: await network.tensorTable(), description };
      await network.importTensors(matchTensors(loaded.file.tensors, wanted, loaded.path));
    } catch (error) {
      await network.close();
      throw error;
    }
    return new Localizer(network, loaded);
  }

  /**
   * The `topK` most probable classes of an image, each with its box and score map, most probable first. An array of
   * images gives an array; an async iterable gives an async generator that holds one batch at a time.
   *
   * @throws ERR_WSOL_IMAGE naming the image, ERR_WSOL_CLOSED
   */
  localize(image: ImageInput, options?: LocalizeOptions): Promise<Localization[]>;
  localize(images: readonly ImageInput[], options?: LocalizeOptions): Promise<Localization[][]>;
  localize(images: AsyncIterable<ImageInput>, options?: LocalizeOptions): AsyncGenerator<Localization[]>;
  localize(
    images: ImageInput | readonly ImageInput[] | AsyncIterable<ImageInput>,
    options: LocalizeOptions = {},
  ): unknown {
    if (isAsyncIterable(images)) return localizeBatches(this, images, options);
    if (Array.isArray(images)) return collect(localizeBatches(this, images, options));
    return localizeOne(this, images as ImageInput, options);
  }

  /** Frees the network after what it is computing; a call that is still decoding rejects with ERR_WSOL_CLOSED. Idempotent. */
  async close(): Promise<void> {
    await this.network.close();
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

interface LoadedWeights extends WeightsOrigin {
  readonly file: TensorFile;
  readonly config: Config;
  readonly numClasses: number;
  readonly classes: readonly string[] | null;
  readonly valThreshold: number | null;
}

async function readLoadedWeights(source: string | WeightsSource, options: LoadOptions): Promise<LoadedWeights> {
  checkOptions(options, LOAD_OPTIONS);
  if (typeof source === "object" && source !== null) checkOptions(source, WEIGHTS_SOURCE);
  const given: Partial<WeightsSource> = typeof source === "string" ? {} : source;
  const path = typeof source === "string" ? await weightsPath(source, options.checkpoint ?? "last") : source?.weights;
  if (typeof path !== "string") throw invalidArgument("source", "a run folder, a weights file or { weights }", source);
  const file = await readCheckpointFile(path);
  const info = weightsInfo(file, path);
  if (info === null && given.backbone === undefined) {
    throw new WsolError("ERR_WSOL_CHECKPOINT", `'${path}' does not name its network`, {
      details: { path },
      fix: "Pass { weights, backbone }.",
    });
  }
  const classifier = describeClassifier(file.tensors);
  const base = info?.config ?? resolveConfig({ method: { name: classifier?.method ?? "none" } });
  const model = { ...base.model, weights: null, ...pick(given, ["backbone", "stem", "lastStride", "layer3Stride"]) };
  const data = { ...base.data, ...pick(given, ["cropSize"]) };
  data.imageSize = Math.max(data.imageSize, data.cropSize);
  const loaded = { ...base, model, data, device: "auto", threads: 0 };
  const config = resolveConfig(mergeConfig(loaded, pick(options, ["device", "precision", "threads", "scoreMap"])));
  const { numClasses = classifier?.numClasses, classes = null } = info ?? {};
  // What is best for one kind of score map says nothing about another.
  const isAsTrained = isDeepStrictEqual(config.scoreMap, base.scoreMap);
  const valThreshold = isAsTrained ? (info?.valThreshold ?? null) : null;
  if (numClasses === undefined) {
    const names = "'fc.weight', 'head.fc.weight' or 'classifier_A.4.weight'";
    throw new WsolError("ERR_WSOL_CHECKPOINT", `'${path}' has no classifier: no ${names}`, {
      details: { path },
    });
  }
  const checkpoint = path === source || typeof source !== "string" ? null : (options.checkpoint ?? "last");
  return { path, checkpoint, epoch: info?.epoch ?? null, file, config, numClasses, classes, valThreshold };
}

/** The weights file of a run folder; a path to a file is taken as it is. */
async function weightsPath(source: string, checkpoint: Checkpoint): Promise<string> {
  const entry = await stat(source).catch(() => null);
  if (entry?.isFile()) return source;
  await readRunConfig(source);
  const path = join(source, RUN_FILES[checkpoint]);
  if ((await stat(path).catch(() => null)) === null) {
    throw new WsolError("ERR_WSOL_RUN_FOLDER", `the run in '${source}' has no ${RUN_FILES[checkpoint]}`, {
      details: { path },
      fix:
        checkpoint === "best"
          ? "Use --checkpoint last; `best` needs a val split."
          : "Train it with `wsol train` first.",
    });
  }
  return path;
}

function pick<T extends object, K extends keyof T>(object: T, keys: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(
    keys.filter((key) => object[key] !== undefined).map((key) => [key, object[key]]),
  ) as Partial<Pick<T, K>>;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<ImageInput> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
