import { groupBySettings, mean, standardDeviation } from "../../runs/seed-means";
import type { RunSummary } from "../../runs/summary";
import { counted } from "../../words";
import { type Html, html } from "../html";
import type { Quantity } from "../quantities";
import { isMany } from "../representatives";
import { trainingLabel } from "../training-label";
import { resultsHead } from "./results-head";

/** Mean and standard deviation of runs that differ in nothing but the seed; null when no two do. */
export function seedMeans(runs: readonly RunSummary[], columns: readonly Quantity[]): Html | null {
  const groups = groupBySettings(runs);
  if (groups.every((group) => group.length < 2)) return null;
  const rows = groups.map(
    (group) =>
      html`<tr><th scope="row">${trainingLabel(group[0]!)}<small>${isMany(runs) ? counted(group.length, "seed") : group.map(({ name }) => name).join(", ")}</small></th>${columns.map((column) => cell(column, group))}</tr>`,
  );
  return html`<h3 class="sub">Mean over seeds <small>± standard deviation</small></h3>
<div class="scroll"><table class="results">${resultsHead("Runs", columns)}<tbody>${rows}</tbody></table></div>`;
}

function cell({ of, format }: Quantity, group: readonly RunSummary[]): Html {
  const values = group.map(of).filter((value) => value !== null);
  if (values.length === 0) return html`<td class="none">–</td>`;
  const deviation = standardDeviation(values);
  return html`<td>${format(mean(values))}${deviation !== null && html`<small class="same">± ${format(deviation)}</small>`}</td>`;
}
