import { evaluateCommand, trainCommand } from "../../runs/commands";
import type { RunSummary } from "../../runs/summary";
import { type Html, html } from "../html";

/** The command lines that make the runs, their evaluation and this page again. */
export function commands(runs: readonly RunSummary[], reportCommand: string): Html {
  const lines = runs.flatMap((run) => [trainCommand(run), evaluateCommand(run)]).filter((line) => line !== null);
  return html`<pre>${[...lines, reportCommand].join("\n")}</pre>`;
}
