import { join } from "node:path";
import type { ConfigInput } from "../../lib/config/schema";
import { generateDataset, type SynthOptions } from "../../lib/data/synth/generate";

/** A generated data set small enough to train on within seconds. */
export async function tinyDataset(folder: string, options: SynthOptions = {}): Promise<string> {
  const root = join(folder, "data");
  await generateDataset(root, { classes: 3, train: 25, val: 6, test: 9, size: 48, seed: 1, ...options });
  return root;
}

/** Settings that go with {@link tinyDataset}: 4 steps an epoch. */
export const TINY_CONFIG = {
  model: { backbone: "resnet18" },
  data: { imageSize: 40, cropSize: 32 },
  optim: { epochs: 2, batchSize: 6, lr: 0.02, schedule: "cosine" },
  scoreMap: { size: 56 },
  evaluation: { step: 0.01 },
  device: "cpu",
  threads: 1,
} as const satisfies ConfigInput;

/** The same as `--set` arguments. */
export function settingsOf(config: object, prefix = ""): string[] {
  return Object.entries(config).flatMap(([key, value]) =>
    typeof value === "object" && value !== null
      ? settingsOf(value, `${prefix}${key}.`)
      : ["--set", `${prefix}${key}=${value}`],
  );
}
