import type { Config } from "../config/schema";
import type { Dataset } from "../data/dataset";
import { batchesPerEpoch } from "../data/sampler";
import { WsolError } from "../errors";

/** What follows from the configuration, the data and the number of processes together. */
export interface TrainingPlan {
  readonly numClasses: number;
  readonly stepsPerEpoch: number;
  /** Images of a step that each process takes. */
  readonly batchSize: number;
}

/** @throws ERR_WSOL_CONFIG, ERR_WSOL_DATA */
export function trainingPlan(config: Config, dataset: Dataset, worldSize = 1): TrainingPlan {
  const numClasses = checkClasses(config, dataset);
  if (dataset.isMultiLabel && config.method.name === "acol") {
    const message = `expected another than 'acol' for 'method.name', got 'acol': images of '${dataset.root}' have several classes`;
    throw new WsolError("ERR_WSOL_CONFIG", message, {
      details: { key: "method.name", root: dataset.root },
      fix: "ACoL erases by the map of the one class that an image has: use adl or rdap.",
    });
  }
  const batchSize = shareOfBatch(config, worldSize);
  const images = Math.floor(dataset.split("train").ids.length / worldSize);
  const stepsPerEpoch = batchesPerEpoch(images, batchSize);
  if (stepsPerEpoch === 0) {
    const each = worldSize === 1 ? "" : ` of ${worldSize} processes`;
    throw new WsolError("ERR_WSOL_DATA", `'${dataset.root}' has too few training images for one step${each}`);
  }
  return { numClasses, stepsPerEpoch, batchSize };
}

function shareOfBatch({ optim, data }: Config, worldSize: number): number {
  if (worldSize === 1) return optim.batchSize;
  if (optim.batchSize % worldSize !== 0) {
    const message = `expected a multiple of ${worldSize}, the processes that share it, for 'optim.batchSize', got ${optim.batchSize}`;
    throw new WsolError("ERR_WSOL_CONFIG", message, { details: { key: "optim.batchSize", worldSize } });
  }
  if (data.onBadImage === "skip") {
    const message = `expected 'stop' for 'data.onBadImage' with ${worldSize} processes, got 'skip': their shares of a batch are alike`;
    throw new WsolError("ERR_WSOL_CONFIG", message, {
      details: { key: "data.onBadImage", worldSize },
      fix: "Find and mend or remove the images first: wsol check --data DIR",
    });
  }
  return optim.batchSize / worldSize;
}

function checkClasses(config: Config, dataset: Dataset): number {
  const { numClasses } = config.model;
  if (numClasses !== null && numClasses < dataset.numClasses) {
    throw new WsolError(
      "ERR_WSOL_CONFIG",
      `expected at least ${dataset.numClasses}, the data set's classes, for 'model.numClasses', got ${numClasses}`,
      { details: { key: "model.numClasses" } },
    );
  }
  if (numClasses === null && dataset.numClasses < 2) {
    throw new WsolError(
      "ERR_WSOL_DATA",
      `expected at least 2 classes in '${dataset.root}', got ${dataset.numClasses}`,
      {
        details: { root: dataset.root },
      },
    );
  }
  return numClasses ?? dataset.numClasses;
}
