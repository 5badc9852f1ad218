import type { RunSummary } from "../../runs/summary";
import { type Html, html } from "../html";

const FACTS = {
  package: "entropy-wsol",
  libtorch: "LibTorch",
  device: "device",
  deviceName: "processor",
  precision: "precision",
  threads: "threads",
  node: "Node.js",
  platform: "platform",
  commit: "commit",
  data: "data set",
  startedAt: "started",
} as const;

/** What the runs were made with, a shared fact once; null where no folder tells. */
export function environments(runs: readonly RunSummary[]): Html | null {
  if (runs.every(({ environment }) => environment === null)) return null;
  const facts = Object.entries(FACTS).map(([key, label]) => {
    const values = runs.map(({ environment }) => environment?.[key as keyof typeof FACTS] ?? "–");
    return { label, values, isShared: new Set(values).size === 1 };
  });
  const rows = facts.map(({ label, values, isShared }) => {
    const cells = isShared
      ? html`<td colspan="${runs.length}">${values[0]}</td>`
      : values.map((value) => html`<td>${value}</td>`);
    return html`<tr><th scope="row">${label}</th>${cells}</tr>`;
  });
  const head = facts.every(({ isShared }) => isShared)
    ? null
    : html`<thead><tr><td></td>${runs.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>`;
  return html`<div class="scroll"><table class="facts">${head}<tbody>${rows}</tbody></table></div>`;
}
