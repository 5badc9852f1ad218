import { type Html, html } from "../html";
import type { Quantity } from "../quantities";

/** Two lines: what is measured, and under it at which threshold or in which unit. */
export function resultsHead(first: string, columns: readonly Quantity[]): Html {
  const groups = [...new Set(columns.map(({ group }) => group))].map((name) => {
    const members = columns.filter(({ group }) => group === name);
    return { name, count: members.length, unit: members.every(({ unit }) => unit === "%") ? ", %" : "" };
  });
  return html`<thead><tr><th scope="col" rowspan="2">${first}</th>${groups.map(({ name, count, unit }) => html`<th scope="colgroup" class="group" colspan="${count}">${name}<small>${unit}</small></th>`)}</tr>
<tr>${columns.map(({ detail, group }, index) => html`<th scope="col" class="${group !== columns[index - 1]?.group && "group"}"><small>${detail}</small></th>`)}</tr></thead>`;
}
