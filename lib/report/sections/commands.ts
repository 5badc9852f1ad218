import { evaluateCommand, trainCommand } from "../../runs/commands";
import type { RunSummary } from "../../runs/summary";
import { counted } from "../../words";
import { type Html, html } from "../html";
import { isMany } from "../representatives";

/** The command lines that make the runs, their evaluation and this page again. */
export function commands(runs: readonly RunSummary[], reportCommand: string): Html {
  const lines = runs.flatMap((run) => [trainCommand(run), evaluateCommand(run)]).filter((line) => line !== null);
  if (!isMany(runs)) return html`<pre>${[...lines, reportCommand].join("\n")}</pre>`;
  return html`<pre>${reportCommand}</pre><details><summary>The ${counted(runs.length, "run")}</summary><pre>${lines.join("\n")}</pre></details>`;
}
