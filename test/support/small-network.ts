import { DEFAULTS } from "../../lib/config/defaults";
import type { ImageBatch, NetworkOptions, TrainerOptions } from "../../lib/native/torch-addon";

/** Options of a network that is built and run within milliseconds. */
export const SMALL_NETWORK: NetworkOptions = {
  model: { backbone: "resnet18", stem: "plain", numClasses: 5, lastStride: 1, layer3Stride: 2, padding: "symmetric" },
  method: DEFAULTS.method,
  data: DEFAULTS.data,
  loss: DEFAULTS.loss,
  device: "cpu",
  precision: "float32",
  threads: 1,
  seed: 1,
};

export const SMALL_TRAINER: TrainerOptions = {
  loss: { regularizer: "entropy", lambda: 0.1, reduction: "mean", multiLabel: "softmax" },
  method: DEFAULTS.method,
  optim: { momentum: 0.9, nesterov: true, weightDecay: 1e-4, classifierLrMultiplier: 1 },
  data: { cropSize: 32, flip: 0.5 },
  seed: 3,
};

/** Square images of a fixed pattern. */
export function patternBatch(count = 2, side = 40): ImageBatch {
  const data = new Uint8Array(count * side * side * 3).map((_, index) => (index * 7919) % 251);
  return { data, count, height: side, width: side };
}

/** The options with one value replaced, wherever its dotted key leads. */
export function withOption<Options extends object>(options: Options, key: string, value: unknown): Options {
  const [section, ...rest] = key.split(".") as [string, ...string[]];
  if (rest.length === 0) return { ...options, [section]: value };
  const inner = (options as Record<string, object>)[section]!;
  return { ...options, [section]: withOption(inner, rest.join("."), value) };
}
