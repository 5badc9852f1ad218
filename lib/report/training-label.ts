import type { RunSummary } from "../runs/summary";

type Labelled = Pick<RunSummary, "config" | "effectiveEps">;

/** How a run was trained, in a few words: `adl, entropy, λ 0.1 (mean), effective ε 0.091`. */
export function trainingLabel(run: Labelled): string {
  const { name } = run.config.method;
  return name === "none" ? lossWords(run) : `${name}, ${lossWords(run)}`;
}

function lossWords({ config, effectiveEps }: Labelled): string {
  const { regularizer, lambda, reduction } = config.loss;
  if (regularizer === "none" || lambda === 0) return "cross-entropy only";
  if (regularizer !== "entropy") return `${regularizer}, λ ${formatLambda(lambda)}`;
  const eps = effectiveEps === null ? "" : `, effective ε ${formatEps(effectiveEps)}`;
  return `entropy, λ ${formatLambda(lambda)} (${reduction})${eps}`;
}

/** As many digits as tell two apart, and not those that computing it from an eps adds. */
const LAMBDA_DIGITS = 10;

function formatLambda(lambda: number): string {
  return String(Number(lambda.toPrecision(LAMBDA_DIGITS)));
}

function formatEps(eps: number): string {
  return eps === 0 || eps >= 0.001 ? String(Number(eps.toPrecision(2))) : eps.toExponential(1);
}
