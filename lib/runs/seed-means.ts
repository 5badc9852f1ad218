import { flatten } from "../config/flatten";
import type { RunSummary } from "./summary";

/** Runs with equal settings but for the seed, in the order of their first. */
export function groupBySettings<Run extends RunSummary>(runs: readonly Run[]): Run[][] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const settings = flatten(run.config);
    settings.delete("seed");
    const key = JSON.stringify([...settings, run.environment?.data, run.evaluation?.split]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the sample (n - 1); null for fewer than two values. */
export function standardDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
