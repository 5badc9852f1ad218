import { WsolError } from "../errors";
import type { InferResult } from "../native/torch-addon";

/**
 * What a network gave, if all of it is finite: weights can be huge without being infinite.
 * @throws ERR_WSOL_CHECKPOINT
 */
export function finiteOutputs(result: InferResult): InferResult {
  if (result.entropy.every(Number.isFinite)) return result;
  throw new WsolError("ERR_WSOL_CHECKPOINT", "expected finite outputs of the network, got NaN or infinite ones", {
    fix: "Its weights are useless: train it with a lower learning rate.",
  });
}
