import { counted } from "../words";
import { COLOURS } from "./charts/series";
import { type Html, html } from "./html";

/** A fact about every run. */
export interface FactRow {
  readonly label: string;
  /** One per name. */
  readonly values: readonly (string | number)[];
}

/** A row per fact, a column per run; what all runs share stands once, and of many runs each value with how many have it. */
export function factsTable(names: readonly string[], facts: readonly FactRow[]): Html {
  const isShared = ({ values }: FactRow) => new Set(values).size === 1;
  const isCounted = names.length > COLOURS;
  const rows = facts.map((fact) => {
    const cells =
      isShared(fact) || isCounted
        ? html`<td colspan="${isCounted ? 1 : names.length}">${isShared(fact) ? fact.values[0] : valueCounts(fact.values)}</td>`
        : fact.values.map((value) => html`<td>${value}</td>`);
    return html`<tr><th scope="row">${fact.label}</th>${cells}</tr>`;
  });
  const head =
    isCounted || facts.every(isShared)
      ? null
      : html`<thead><tr><td></td>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>`;
  return html`<div class="scroll"><table class="facts">${head}<tbody>${rows}</tbody></table></div>`;
}

/** More values than this are told by how many they are. */
const MOST_VALUES = 12;

/** `cpu (80 runs), cuda:0 (10 runs)`. */
function valueCounts(values: FactRow["values"]): string {
  const counts = new Map<string | number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  if (counts.size > MOST_VALUES) return `${counts.size} different ones`;
  return [...counts].map(([value, count]) => `${value} (${counted(count, "run")})`).join(", ");
}
