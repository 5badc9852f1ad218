import { type Html, html } from "../html";
import type { RunSummary } from "../run-summary";
import { changedSettings } from "./settings";

/** The command lines that make the runs, their evaluation and this page again. */
export function commands(runs: readonly RunSummary[], reportCommand: string): Html {
  const lines = runs.flatMap((run) => {
    const data = quote(run.environment?.data ?? "DIR");
    const evaluate = `wsol evaluate --run ${quote(run.folder)} --data ${data} --split ${run.evaluation?.split ?? "test"}`;
    return [trainCommand(run), ...(run.evaluation === null ? [] : [evaluate])];
  });
  return html`<pre>${[...lines, reportCommand].join("\n")}</pre>`;
}

/** `wsol train` with every setting that is not a default. */
export function trainCommand({ config, environment, folder }: RunSummary): string {
  const settings = changedSettings(config).map(([key, value]) => ` --set ${quote(`${key}=${value}`)}`);
  return `wsol train --data ${quote(environment?.data ?? "DIR")} --out ${quote(folder)}${settings.join("")}`;
}

/** For a POSIX shell. */
export function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
