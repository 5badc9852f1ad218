import { flatten, formatSetting } from "../../config/flatten";
import { environmentDifferences, evaluationDifferences, isRecorded } from "../../runs/comparability";
import type { RunSummary } from "../../runs/summary";
import { factsTable } from "../facts-table";
import { type Html, html } from "../html";
import { isMany } from "../representatives";
import { listed } from "../words";

/** What the runs differ in, and below it, folded, every setting. */
export function settings(runs: readonly RunSummary[]): Html {
  const flat = runs.map(
    ({ config }) => new Map([...flatten(config)].map(([key, value]) => [key, formatSetting(value)] as const)),
  );
  const keys = [...new Set(flat.flatMap((config) => [...config.keys()]))];
  const different = keys.filter((key) => new Set(flat.map((config) => config.get(key))).size > 1);
  const names = runs.map(({ name }) => name);
  const table = (rows: readonly string[]) =>
    isMany(runs)
      ? factsTable(
          names,
          rows.map((key) => ({ label: key, values: flat.map((config) => config.get(key) ?? "–") })),
        )
      : html`<div class="scroll"><table class="facts">
<thead><tr><th scope="col">Setting</th>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((key) => html`<tr><th scope="row"><code>${key}</code></th>${flat.map((config) => html`<td>${config.get(key) ?? "–"}</td>`)}</tr>`)}</tbody></table></div>`;
  const differences =
    runs.length > 1 && html`${claim(runs, different.length > 0)}${different.length > 0 && table(different)}`;
  return html`${differences}<details><summary>All settings</summary>${table(keys)}</details>`;
}

/** Says of nothing that was not compared that it is the same. */
function claim(runs: readonly RunSummary[], hasDifferentSettings: boolean): Html {
  const others: (string | Html)[] = environmentDifferences(runs).map(({ what }) => what);
  if (evaluationDifferences(runs).length > 0) others.push(html`<a href="#evaluation">what was evaluated</a>`);
  const unknown = runs.filter((run) => !isRecorded(run)).map(({ name }) => name);
  const gap =
    unknown.length > 0 &&
    html` On what data, and with which version of the package, ${listed(unknown)} ${unknown.length === 1 ? "was" : "were"} made is not recorded.`;
  if (others.length > 0) {
    return hasDifferentSettings
      ? html`<p>The runs differ in the settings below, and also in ${listed(others)}.${gap}</p>`
      : html`<p>The runs have the same settings, but differ in ${listed(others)}.${gap}</p>`;
  }
  if (unknown.length > 0) {
    return html`<p>The runs ${hasDifferentSettings ? "differ in the settings below" : "have the same settings"}.${gap}</p>`;
  }
  return hasDifferentSettings
    ? html`<p>The runs differ in this and in nothing else that is recorded: data, environment and evaluation are the same.</p>`
    : html`<p>The runs have the same settings, data, environment and evaluation.</p>`;
}
