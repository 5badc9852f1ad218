import { DEFAULTS } from "../config/defaults";
import { invalidArgument } from "../errors";
import { loadMetricsAddon } from "../native/load-metrics";
import type { ScoreMapArray } from "../native/metrics-addon";
import { NORMALISATIONS, type Normalisation } from "./normalisations";
import { requireScoreMapArray } from "./score-map-batch";

export { NORMALISATIONS, type Normalisation };

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
