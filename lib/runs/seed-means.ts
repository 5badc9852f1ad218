import { flatten } from "../config/flatten";
import { evaluationKey } from "./comparability";
import type { RunSummary } from "./summary";

/** Runs that differ in the seed alone, as far as is recorded: settings, data, evaluation, package. In the order of their first. */
export function groupBySettings<Run extends RunSummary>(runs: readonly Run[]): Run[][] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const settings = flatten(run.config);
    settings.delete("seed");
    const { environment, evaluation } = run;
    const made = [environment?.data, environment?.package, evaluation?.evaluated?.model?.checkpoint];
    const key = JSON.stringify([...settings, ...made, evaluationKey(run)]);
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
