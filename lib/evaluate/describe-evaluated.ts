import { resolve } from "node:path";
import type { Split } from "../data/split";
import { splitFingerprint } from "../data/split-fingerprint";
import type { Evaluated } from "../runs/evaluation";
import { version } from "../version";

/** How a split was evaluated, as far as it is the same for models and for given score maps. */
export interface EvaluationSetup {
  readonly step: number;
  readonly sigma: number;
  readonly masksDir?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Made after the evaluation, when the split's masks are known to be readable. @throws ERR_WSOL_MASK */
export async function describeEvaluated(
  split: Split,
  { step, sigma, masksDir, signal }: EvaluationSetup,
  source: Pick<Evaluated, "model" | "scoreMaps">,
): Promise<Evaluated> {
  const fingerprint = await splitFingerprint(split, {
    ...(masksDir !== undefined && { masksDir }),
    ...(signal && { signal }),
  });
  const masks = masksDir === undefined ? null : resolve(masksDir);
  return { data: resolve(split.root), fingerprint, masks, step, sigma, ...source, package: version };
}
