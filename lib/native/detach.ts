import { loadMetricsAddon } from "./load-metrics";

/**
 * Frees the memory of an array that nobody needs any more, at once; it is empty from then on. Not where other arrays may
 * share it. Left to the garbage collection, images that come quickly would set it off every few.
 */
export function detach(array: Uint8Array): void {
  loadMetricsAddon().detach(array);
}
