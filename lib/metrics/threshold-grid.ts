import { loadMetricsAddon } from "../native/load-metrics";
import { requireStep } from "./score-map-batch";

/**
 * The thresholds of a curve: `i * step` in double precision for i = 0 .. ceil(1 / step) - 1, as the reference makes them
 * (57 * 0.01 is 0.5700000000000001).
 *
 * @param step Larger than 0, at most 1. @throws ERR_WSOL_ARGUMENT
 */
export function thresholdGrid(step: number): Float64Array {
  return loadMetricsAddon().thresholdGrid(requireStep(step));
}
