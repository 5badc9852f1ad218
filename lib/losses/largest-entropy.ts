import type { Config } from "../config/schema";

/**
 * The entropy, in nats, of predictions that know nothing: log C of one distribution over C classes; log 2 under `bce`,
 * where the entropy is the mean over the classes of that of present or absent. What a fraction of the entropy is of.
 */
export function largestEntropy({ multiLabel }: Pick<Config["loss"], "multiLabel">, classes: number): number {
  return multiLabel === "bce" ? Math.LN2 : Math.log(classes);
}
