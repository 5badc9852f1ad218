import { resolve } from "node:path";
import { matchTensors } from "../checkpoint/weights";
import type { Config } from "../config/schema";
import { describeNetwork, openNetwork } from "../models/network";
import type { NativeNetwork } from "../native/torch-addon";
import type { ImageInput } from "./image-input";
import {
  type LoadedWeights,
  type LoadOptions,
  readLoadedWeights,
  type WeightsOrigin,
  type WeightsSource,
} from "./load-weights";
import { type Localization, type LocalizeOptions, localizeBatches, localizeOne } from "./localize";
import { type FeaturesOptions, type StageFeatures, stageFeatures } from "./stage-features";

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
   * Loads the weights of a run folder, or a weights file; of other tools with the network's name:
   * `load({ weights: "resnet50.pth", backbone: "resnet50" })`. Weights with a name are fetched where they are not here.
   * @throws ERR_WSOL_RUN_FOLDER, ERR_WSOL_CHECKPOINT, ERR_WSOL_CONFIG (an option's value), ERR_WSOL_ARGUMENT,
   * ERR_WSOL_DOWNLOAD, ERR_WSOL_WRITE, ERR_WSOL_DEVICE, ERR_WSOL_LIBTORCH_NOT_FOUND
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
   * The `topK` most probable classes of an image, or all of at least `minProbability`, each with its box and score map, most
   * probable first; always one at least. A model of `loss.multiLabel` `bce` gives all that are at least 0.5 by default. An array of
   * images gives an array; an async iterable gives an async generator that holds a few batches at a time.
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

  /**
   * What each of the four stages makes of an image, from the first stage to the last: the paper's feature maps.
   * Millions of numbers for an image; one image at a time.
   *
   * @throws ERR_WSOL_IMAGE naming the image, ERR_WSOL_CLOSED, ERR_WSOL_CHECKPOINT for weights that give no finite ones
   */
  async features(image: ImageInput, options: FeaturesOptions = {}): Promise<StageFeatures[]> {
    return stageFeatures(this, image, options);
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

function isAsyncIterable(value: unknown): value is AsyncIterable<ImageInput> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
