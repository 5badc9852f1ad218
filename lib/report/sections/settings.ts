import { flatten, formatSetting } from "../../config/flatten";
import type { RunSummary } from "../../runs/summary";
import { type Html, html } from "../html";

/** What the runs differ in, and below it, folded, every setting. */
export function settings(runs: readonly RunSummary[]): Html {
  const flat = runs.map(
    ({ config }) => new Map([...flatten(config)].map(([key, value]) => [key, formatSetting(value)] as const)),
  );
  const keys = [...new Set(flat.flatMap((config) => [...config.keys()]))];
  const different = keys.filter((key) => new Set(flat.map((config) => config.get(key))).size > 1);
  const table = (rows: readonly string[]) => html`<div class="scroll"><table class="facts">
<thead><tr><th scope="col">Setting</th>${runs.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((key) => html`<tr><th scope="row"><code>${key}</code></th>${flat.map((config) => html`<td>${config.get(key) ?? "–"}</td>`)}</tr>`)}</tbody></table></div>`;
  const differences =
    runs.length === 1
      ? null
      : different.length === 0
        ? html`<p>The runs have the same settings.</p>`
        : html`<p>The runs differ in this and in nothing else:</p>${table(different)}`;
  return html`${differences}<details><summary>All settings</summary>${table(keys)}</details>`;
}
