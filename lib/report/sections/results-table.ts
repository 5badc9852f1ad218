import { evaluationDifferences } from "../../runs/comparability";
import type { RunSummary } from "../../runs/summary";
import { seriesClass } from "../charts/series";
import { type Html, html } from "../html";
import { directionOf, type Quantity, quantitiesOf } from "../quantities";
import { isMany } from "../representatives";
import { trainingLabel } from "../training-label";
import { splitWords } from "../words";
import { resultsHead } from "./results-head";
import { seedMeans } from "./seed-means";

/**
 * The runs side by side: best figure of a column in bold, the difference with the first run under it; neither where the
 * evaluations may not be compared. Of many runs the means over their seeds come first.
 * @param ofStudy Whether the page has a study's table, which tells the most of it.
 */
export function resultsTable(runs: readonly RunSummary[], ofStudy = false): Html {
  const columns = quantitiesOf(runs);
  if (columns.length === 0) {
    return html`<p class="empty">None of these runs has been evaluated yet: <code>wsol evaluate --run RUN --data DIR</code> writes what belongs here.</p>`;
  }
  const isComparable = evaluationDifferences(runs).length === 0;
  const rows = runs.map((run, index) => {
    const swatch = isMany(runs) ? null : html`<span class="swatch ${seriesClass(index)}"></span>`;
    const name = html`${swatch}${run.name}<small>${trainingLabel(run)}</small>`;
    return html`<tr><th scope="row">${name}</th>${columns.map((column) => cell(column, runs, index, isComparable))}</tr>`;
  });
  const table = html`<div class="scroll"><table class="results">${resultsHead("Run", columns)}<tbody>${rows}</tbody></table></div>
${notes(runs, isComparable)}`;
  const means = seedMeans(runs, columns);
  if (means === null || !isMany(runs)) return html`${table}${means}`;
  const byRun = html`<details><summary>Run by run</summary>${table}</details>`;
  return ofStudy
    ? html`<details><summary>All figures, setting by setting</summary>${means}</details>${byRun}`
    : html`${means}${byRun}`;
}

function cell(column: Quantity, runs: readonly RunSummary[], index: number, isComparable: boolean): Html {
  const value = column.of(runs[index]!);
  if (value === null) return html`<td class="none">–</td>`;
  const text = column.format(value);
  if (!isComparable) return html`<td>${text}</td>`;
  const isBest = column.better !== null && text === bestText(column, runs);
  const first = column.of(runs[0]!);
  const difference = index === 0 || first === null ? null : value - first;
  const small =
    difference !== null &&
    html`<small class="${directionOf(column, difference)}">${column.formatDifference(difference)}</small>`;
  return html`<td>${isBest ? html`<b>${text}</b>` : text}${small}</td>`;
}

const COMPARED = "Small figures: difference with the first run, in points; marked: highest of the column.";
const NOT_COMPARED = html`<strong>The evaluations differ and cannot be compared</strong>: no figure is marked, none is a difference.`;

/** The best figure as printed; null where all that is there is the same. */
function bestText({ of, format }: Quantity, runs: readonly RunSummary[]): string | null {
  const values = runs.map(of).filter((value) => value !== null);
  return new Set(values.map(format)).size < 2 ? null : format(Math.max(...values));
}

function notes(runs: readonly RunSummary[], isComparable: boolean): Html {
  const evaluations = runs.flatMap(({ evaluation }) => (evaluation === null ? [] : [evaluation]));
  const splits = [...new Set(evaluations.map(splitWords))];
  const sigmas = [...new Set(evaluations.flatMap(({ atSigma }) => (atSigma ? [atSigma.sigma] : [])))];
  return html`<p class="note">Split: ${splits.join("; ")}. ${
    sigmas.length > 0 &&
    html`Thresholds: <i>best</i> has the highest rate on this very split (an oracle), <i>of val</i> was best on <code>val</code>, <i>sigma</i> is fixed at ${sigmas.join(", ")}. `
  }${evaluations.length > 1 && (isComparable ? COMPARED : NOT_COMPARED)}</p>`;
}
