import type { RunProgress, RunState } from "../../runs/progress";
import { type Html, html } from "../html";
import { formatPercent } from "../quantities";

/** A run that may not have begun. */
export interface WatchedRun {
  readonly name: string;
  readonly progress: RunProgress;
}

const WORDS: Readonly<Record<RunState, string>> = {
  "not begun": "waiting",
  training: "in training",
  failed: "failed",
  trained: "trained",
  evaluated: "done",
};

/** How far every run is; the bar counts epochs. */
export function progressTable(runs: readonly WatchedRun[], now: Date): Html {
  const done = runs.filter(({ progress }) => progress.state === "evaluated").length;
  return html`<p class="note">${done} of ${runs.length} done.</p>
<div class="scroll"><table class="progress"><thead><tr><th scope="col">run</th><th scope="col">state</th><th scope="col">epochs</th>
<th scope="col">loss</th><th scope="col">val top-1</th><th scope="col">val GT-known</th><th scope="col">entropy</th><th scope="col">last change</th></tr></thead>
<tbody>${runs.map((run) => row(run, now))}</tbody></table></div>`;
}

function row({ name, progress }: WatchedRun, now: Date): Html {
  const { state, epoch, epochs, last, changedAt } = progress;
  const bar = epochs !== null && html`<progress max="${epochs}" value="${epoch}"></progress> ${epoch}/${epochs}`;
  const percent = (value: number | null | undefined) => (typeof value === "number" ? `${formatPercent(value)} %` : "");
  return html`<tr><th scope="row">${name}</th><td>${WORDS[state]}</td><td>${bar}</td><td>${last?.loss.toFixed(3)}</td>
<td>${percent(last?.val?.top1Cls)}</td><td>${percent(last?.val?.gtKnownLoc)}</td><td>${percent(last?.meanEntropyFraction)}</td>
<td>${changedAt === null ? "" : ago(now.getTime() - changedAt)}</td></tr>`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function ago(milliseconds: number): string {
  const past = Math.max(0, milliseconds);
  if (past < MINUTE) return `${Math.round(past / SECOND)} s ago`;
  if (past < HOUR) return `${Math.round(past / MINUTE)} min ago`;
  return `${Math.round(past / HOUR)} h ago`;
}
