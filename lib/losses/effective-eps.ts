import type { Config } from "../config/schema";

/** How many logs of probabilities the entropy term sums for one image's share: 1, C or C B. */
const SUMMED: Record<Config["loss"]["reduction"], (classes: number, batchSize: number) => number> = {
  mean: () => 1,
  "class-sum": (classes) => classes,
  sum: (classes, batchSize) => classes * batchSize,
};

/**
 * The label smoothing that the entropy term amounts to, lambda k / (1 + lambda k), with k = 1, C or C B for the
 * reductions `mean`, `class-sum` and `sum`; null for regularizers other than `entropy`. Under `loss.multiLabel` `bce` it is
 * the smoothing of each class's target towards 1/2.
 *
 * @param classes C, at least 1.
 * @param batchSize B, the images of a step.
 */
export function effectiveEps(
  { regularizer, lambda, reduction }: Pick<Config["loss"], "regularizer" | "lambda" | "reduction">,
  classes: number,
  batchSize: number,
): number | null {
  if (regularizer !== "entropy") return null;
  const weight = lambda * SUMMED[reduction](classes, batchSize);
  return weight / (1 + weight);
}

/**
 * The effective eps of a whole run: of its steps of `optim.batchSize` images, not of an epoch's smaller last one. With
 * fewer training images than that, every step has them all.
 */
export function effectiveEpsOfRun(
  { loss, optim }: Pick<Config, "loss" | "optim">,
  classes: number,
  trainImages: number,
): number | null {
  return effectiveEps(loss, classes, Math.min(optim.batchSize, trainImages));
}

/**
 * The lambda of the entropy term that amounts to a label smoothing of `eps`: eps / ((1 - eps) k), the inverse of
 * {@link effectiveEpsOfRun}.
 *
 * @param eps In [0, 1).
 */
export function lambdaForEps(
  eps: number,
  { loss, optim }: Pick<Config, "loss" | "optim">,
  classes: number,
  trainImages: number,
): number {
  return eps / ((1 - eps) * SUMMED[loss.reduction](classes, Math.min(optim.batchSize, trainImages)));
}
