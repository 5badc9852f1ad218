import { type Html, html } from "./html";

/** A fact about every run. */
export interface FactRow {
  readonly label: string;
  /** One per name. */
  readonly values: readonly (string | number)[];
}

/** A row per fact, a column per run; what all runs share stands once. */
export function factsTable(names: readonly string[], facts: readonly FactRow[]): Html {
  const isShared = ({ values }: FactRow) => new Set(values).size === 1;
  const rows = facts.map((fact) => {
    const cells = isShared(fact)
      ? html`<td colspan="${names.length}">${fact.values[0]}</td>`
      : fact.values.map((value) => html`<td>${value}</td>`);
    return html`<tr><th scope="row">${fact.label}</th>${cells}</tr>`;
  });
  const head = facts.every(isShared)
    ? null
    : html`<thead><tr><td></td>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>`;
  return html`<div class="scroll"><table class="facts">${head}<tbody>${rows}</tbody></table></div>`;
}
