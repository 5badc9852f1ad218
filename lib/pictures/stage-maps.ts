import type { ImageInput } from "../localize/image-input";
import type { Localizer } from "../localize/localizer";
import type { FeaturesOptions, StageFeatures } from "../localize/stage-features";

/** A stage's features, averaged over the channels. */
export interface StageMean {
  /** 1 to 4. */
  readonly stage: number;
  /** height x width, of any scale. */
  readonly data: Float64Array;
  readonly height: number;
  readonly width: number;
}

/**
 * What each of the four stages makes of an image, averaged over the channels.
 * @throws ERR_WSOL_IMAGE naming the image, ERR_WSOL_CLOSED, ERR_WSOL_CHECKPOINT
 */
export async function stageMeans(
  model: Pick<Localizer, "features">,
  image: ImageInput,
  options: FeaturesOptions = {},
): Promise<StageMean[]> {
  const stages = await model.features(image, options);
  return stages.map((features) => {
    const { stage, height, width } = features;
    return { stage, data: meanOverChannels(features), height, width };
  });
}

export function meanOverChannels({ data, channels, height, width }: StageFeatures): Float64Array {
  const mean = new Float64Array(height * width);
  data.forEach((value, at) => {
    mean[at % mean.length]! += value / channels;
  });
  return mean;
}

/** One channel's map, height x width; a view. */
export function channelMap({ data, height, width }: StageFeatures, channel: number): Float32Array {
  return data.subarray(channel * height * width, (channel + 1) * height * width);
}

/**
 * The channels of largest energy about their own mean, the largest first: what is the same everywhere shows nothing,
 * however large it is. The lower channel first where they are equal.
 */
export function strongestChannels(features: StageFeatures, count: number): number[] {
  const energies = Array.from({ length: features.channels }, (_, channel) => energyOf(channelMap(features, channel)));
  const order = [...energies.keys()].sort((a, b) => energies[b]! - energies[a]! || a - b);
  return order.slice(0, count);
}

function energyOf(map: Float32Array): number {
  const mean = map.reduce((sum, value) => sum + value, 0) / map.length;
  return map.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
