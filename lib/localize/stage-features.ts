import type { Config } from "../config/schema";
import { finiteFeatures } from "../models/finite-outputs";
import type { NativeNetwork } from "../native/torch-addon";
import { checkOptions, type OptionKeys } from "../options";
import { orAborted } from "../tasks/or-aborted";
import type { ImageInput } from "./image-input";
import { batchOf, prepareImage } from "./prepare-images";

/** What one stage of the network makes of an image, after the last ReLU where it is the last stage. */
export interface StageFeatures {
  /** 1 to 4. */
  readonly stage: number;
  /** channels x height x width, of any scale. */
  readonly data: Float32Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface FeaturesOptions {
  /** Ends the call at once with the signal's reason; what is being computed ends unheard. */
  readonly signal?: AbortSignal;
}

const KNOWN: OptionKeys<FeaturesOptions> = { signal: true };

/** What the features of a stage need of a model. */
export interface FeatureModel {
  readonly network: Pick<NativeNetwork, "features">;
  readonly config: Pick<Config, "data">;
}

export async function stageFeatures(
  { network, config }: FeatureModel,
  image: ImageInput,
  options: FeaturesOptions,
): Promise<StageFeatures[]> {
  checkOptions(options, KNOWN);
  const { signal } = options;
  signal?.throwIfAborted();
  const prepared = await orAborted(prepareImage(image, config.data), signal);
  const batch = batchOf([prepared], config.data.cropSize);
  const stages = finiteFeatures(await orAborted(network.features(batch), signal));
  return stages.map((features, index) => ({ stage: index + 1, ...features }));
}
