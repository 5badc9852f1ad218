import { type Config, configSchema } from "../../config/schema";
import { type Html, html } from "../html";
import type { RunSummary } from "../run-summary";

/** What the runs differ in, and below it, folded, every setting. */
export function settings(runs: readonly RunSummary[]): Html {
  const flat = runs.map(({ config }) => flatten(config));
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

/** Dotted keys, as `--set` takes them. */
export function flatten(config: object, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(config)) {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const entry of flatten(value, `${prefix}${key}.`)) flat.set(...entry);
    } else {
      flat.set(`${prefix}${key}`, typeof value === "string" ? value : JSON.stringify(value));
    }
  }
  return flat;
}

/** The settings that are not the defaults. */
export function changedSettings(config: Config): [key: string, value: string][] {
  const defaults = flatten(configSchema.parse({}));
  return [...flatten(config)].filter(([key, value]) => defaults.get(key) !== value);
}
