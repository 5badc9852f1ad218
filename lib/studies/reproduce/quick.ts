import type { ConfigInput } from "../../config/schema";
import type { Dataset } from "../../data/dataset";
import { subsetOf } from "../../data/subset";

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

export const QUICK_NOTE =
  `Quick: ${QUICK.images} images of each split, ${QUICK.config.optim.epochs} epochs, ${QUICK.config.data.cropSize} pixels. ` +
  "These figures show that it runs, and mean nothing else.";
