import type { RunSummary } from "../runs/summary";

/** The loss of a run in a few words: `entropy, λ 0.1 (mean), ε 0.091`. */
export function lossLabel({ config, effectiveEps }: RunSummary): string {
  const { regularizer, lambda, reduction } = config.loss;
  if (regularizer === "none" || lambda === 0) return "cross-entropy only";
  if (regularizer !== "entropy") return `${regularizer}, λ ${lambda}`;
  const eps = effectiveEps === null ? "" : `, effective ε ${formatEps(effectiveEps)}`;
  return `entropy, λ ${lambda} (${reduction})${eps}`;
}

function formatEps(eps: number): string {
  return eps === 0 || eps >= 0.001 ? String(Number(eps.toPrecision(2))) : eps.toExponential(1);
}
