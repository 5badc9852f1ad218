import { flatten, formatSetting } from "../../config/flatten";
import { environmentDifferences, evaluationDifferences, isRecorded } from "../../runs/comparability";
import type { RunSummary } from "../../runs/summary";
import { type Html, html } from "../html";
import { listed } from "../words";

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
    runs.length > 1 && html`${claim(runs, different.length > 0)}${different.length > 0 && table(different)}`;
  return html`${differences}<details><summary>All settings</summary>${table(keys)}</details>`;
}

/** Says of nothing that was not compared that it is the same. */
function claim(runs: readonly RunSummary[], hasDifferentSettings: boolean): Html {
  const environment = environmentDifferences(runs).map(({ what }) => what);
  const evaluation = evaluationDifferences(runs).map(({ what }) => what);
  const others = [
    ...environment,
    ...(evaluation.length === 0 ? [] : [html`what was evaluated (${listed(evaluation)})`]),
  ];
  const unknown = runs.filter((run) => !isRecorded(run)).map(({ name }) => name);
  const also = [
    others.length > 0 && html` ${hasDifferentSettings ? "They differ" : "But they differ"} in ${listed(others)} too.`,
    unknown.length > 0 &&
      html` On what data, and with which version of the package, ${listed(unknown)} ${unknown.length === 1 ? "was" : "were"} made is not recorded.`,
  ];
  const isAll = others.length === 0 && unknown.length === 0;
  if (!hasDifferentSettings) {
    return html`<p>The runs have the same settings${isAll && ", data and environment"}.${also}</p>`;
  }
  return isAll
    ? html`<p>The runs differ in this and in nothing else that is recorded; settings, data, environment and evaluation are the same:</p>`
    : html`<p>The runs differ in these settings.${also}</p>`;
}
