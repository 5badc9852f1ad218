import type { Config, ConfigInput } from "../../config/schema";
import type { Dataset } from "../../data/dataset";
import { subsetOf } from "../../data/subset";
import { counted } from "../../words";

/** Chosen so that a run of the larger of the paper's networks takes less than 15 s on two cores. */
export const QUICK = {
  /** Of each split. */
  images: 48,
  config: {
    data: { imageSize: 72, cropSize: 64 },
    optim: { epochs: 2, batchSize: 16 },
    scoreMap: { size: 64 },
    evaluation: { step: 0.01 },
    evaluateEvery: 2,
  },
} as const satisfies { readonly images: number; readonly config: ConfigInput };

/** The same images for every run, whatever its seed. */
const SUBSET_SEED = 0;

export function quickSubset(dataset: Dataset): Dataset {
  return subsetOf(dataset, QUICK.images, SUBSET_SEED);
}

/** @param config What all runs share, with what the user set on top. */
export function quickNote({ optim, data }: Config): string {
  const { epochs } = optim;
  return (
    `Quick: at most ${QUICK.images} images of each split, ${counted(epochs, "epoch")}, ${data.cropSize} pixels. ` +
    "These figures show that it runs, and mean nothing else."
  );
}
