import { DEFAULTS } from "../config/defaults";
import { invalidArgument } from "../errors";
import { loadMetricsAddon } from "../native/load-metrics";
import type { ScoreMapArray } from "../native/metrics-addon";
import { requireScoreMapArray } from "./score-map-batch";

export const NORMALISATIONS = ["minmax", "max", "pas", "ivr"] as const;
/**
 * `minmax`: subtract the minimum, divide by the maximum. `max`: clamp at 0, divide by the maximum. `pas`: subtract the
 * minimum, divide by the 90th percentile, cap at 1. `ivr`: subtract the 45th percentile, clamp at 0, divide by the maximum.
 */
export type Normalisation = (typeof NORMALISATIONS)[number];

/**
 * A raw map brought into [0, 1]. All zeros where the map holds NaN or an infinite value, or has nothing to divide by (a constant map).
 * @throws ERR_WSOL_ARGUMENT
 */
export function normaliseScoreMap(
  scoreMap: ScoreMapArray,
  normalisation: Normalisation = DEFAULTS.scoreMap.normalisation,
): Float64Array {
  const map = requireScoreMapArray(scoreMap, "scoreMap");
  if (!NORMALISATIONS.includes(normalisation)) {
    throw invalidArgument("normalisation", NORMALISATIONS.map((name) => `"${name}"`).join(", "), normalisation);
  }
  return loadMetricsAddon().normaliseScoreMap(map, normalisation);
}
