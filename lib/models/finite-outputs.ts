import { WsolError } from "../errors";
import type { FeatureMaps, InferResult } from "../native/torch-addon";

/**
 * What a network gave, if all of it is finite: weights can be huge without being infinite.
 * @throws ERR_WSOL_CHECKPOINT
 */
export function finiteOutputs(result: InferResult): InferResult {
  if (result.entropy.every(Number.isFinite)) return result;
  throw notFinite("outputs");
}

/** The same for the features of its stages. @throws ERR_WSOL_CHECKPOINT */
export function finiteFeatures(stages: readonly FeatureMaps[]): readonly FeatureMaps[] {
  if (stages.every(({ data }) => data.every(Number.isFinite))) return stages;
  throw notFinite("features");
}

function notFinite(what: string): WsolError {
  return new WsolError("ERR_WSOL_CHECKPOINT", `expected finite ${what} of the network, got NaN or infinite ones`, {
    fix: "Its weights are useless: train it with a lower learning rate.",
  });
}
