import { type Html, html } from "../html";
import { lossLabel } from "../loss-label";
import type { Quantity } from "../quantities";
import type { RunSummary } from "../run-summary";
import { resultsHead } from "./results-head";
import { flatten } from "./settings";

/** Mean and standard deviation of runs that differ in nothing but the seed; null when no two do. */
export function seedMeans(runs: readonly RunSummary[], columns: readonly Quantity[]): Html | null {
  const groups = groupBySettings(runs);
  if (groups.every((group) => group.length < 2)) return null;
  const rows = groups.map(
    (group) =>
      html`<tr><th scope="row">${lossLabel(group[0]!)}<small>${group.map(({ name }) => name).join(", ")}</small></th>${columns.map((column) => cell(column, group))}</tr>`,
  );
  return html`<h3 class="sub">Mean over seeds <small>± standard deviation</small></h3>
<div class="scroll"><table class="results">${resultsHead("Runs", columns)}<tbody>${rows}</tbody></table></div>`;
}

/** Runs with equal settings but for the seed, in the order of their first. */
export function groupBySettings(runs: readonly RunSummary[]): RunSummary[][] {
  const groups = new Map<string, RunSummary[]>();
  for (const run of runs) {
    const settings = flatten(run.config);
    settings.delete("seed");
    const key = JSON.stringify([...settings, run.environment?.data, run.evaluation?.split]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

function cell({ of, format }: Quantity, group: readonly RunSummary[]): Html {
  const values = group.map(of).filter((value) => value !== null);
  if (values.length === 0) return html`<td class="none">–</td>`;
  const deviation = standardDeviation(values);
  return html`<td>${format(mean(values))}${deviation !== null && html`<small class="same">± ${format(deviation)}</small>`}</td>`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the sample (n - 1); null for fewer than two values. */
export function standardDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
