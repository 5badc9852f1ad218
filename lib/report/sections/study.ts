import type { ArmResult } from "../../studies/study/arm-result";
import type { Spread } from "../../studies/study/figures";
import type { StudySummary } from "../../studies/study/read-study";
import type { StudyResult } from "../../studies/study/result";
import { sentenceOf } from "../../studies/study/table";
import { counted } from "../../words";
import { type Html, html } from "../html";
import { formatPercent } from "../quantities";
import { breakable } from "../words";

interface Column {
  readonly group: "val" | "split";
  readonly head: string;
  readonly of: (arm: ArmResult) => Spread | null;
}

const COLUMNS: readonly Column[] = [
  { group: "val", head: "Top-1 Cls", of: ({ val }) => val.top1Cls },
  { group: "val", head: "GT-known", of: ({ val }) => val.gtKnownLoc },
  { group: "val", head: "PxAP", of: ({ val }) => (val.gtKnownLoc === null ? val.pxap : null) },
  { group: "split", head: "Top-1 Cls", of: ({ figures }) => figures.top1Cls },
  { group: "split", head: "GT-known, best", of: ({ figures }) => figures.gtKnownLoc },
  { group: "split", head: "of val", of: ({ figures }) => figures.gtKnownAtVal },
  { group: "split", head: "Top-1 Loc, best", of: ({ figures }) => figures.top1Loc },
  { group: "split", head: "V2", of: ({ figures }) => figures.maxBoxAccV2 },
  { group: "split", head: "PxAP", of: ({ figures }) => figures.pxap },
  { group: "split", head: "entropy", of: ({ figures }) => figures.meanEntropyFraction },
];

/** The table of each study, an arm a row; null without studies. */
export function study(studies: readonly StudySummary[]): Html | null {
  if (studies.length === 0) return null;
  return html`${studies.map((one) => html`${studies.length > 1 && html`<h3 class="sub">${one.folder}</h3>`}${bodyOf(one)}`)}`;
}

/** The sweet spots in sentences, above everything else; null where no study has any. */
export function studyHeadline(studies: readonly StudySummary[]): Html | null {
  const sentences = studies.flatMap(({ result }) => (result === null ? [] : sentencesOf(result)));
  return sentences.length === 0 ? null : html`<div class="notice spot">${sentences}</div>`;
}

function bodyOf({ result, plan }: StudySummary): Html {
  if (result === null) {
    return html`<p class="empty">No run of its ${counted(plan.arms.length, "arm")} is finished yet.</p>`;
  }
  const columns = COLUMNS.filter(({ of }) => result.arms.some((arm) => of(arm) !== null));
  const groups = (["val", "split"] as const).map((group) => ({
    name: group === "val" ? "val, last epoch" : result.split,
    count: columns.filter((column) => column.group === group).length,
  }));
  const isFirst = (index: number) => columns[index]!.group !== columns[index - 1]?.group;
  const head = html`<thead><tr><th scope="col" rowspan="2">Arm</th>${groups.filter(({ count }) => count > 0).map(({ name, count }) => html`<th scope="colgroup" class="group" colspan="${count}">${name}<small>, %</small></th>`)}</tr>
<tr>${columns.map((column, index) => html`<th scope="col" class="${isFirst(index) && "group"}"><small>${column.head}</small></th>`)}</tr></thead>`;
  const spots = new Set(result.sweetSpots.map(({ arm }) => arm));
  const rows = result.arms.map(
    (arm) =>
      html`<tr class="${spots.has(arm.name) && "spot"}"><th scope="row">${breakable(arm.name)}<small>${marksOf(arm, spots.has(arm.name))}</small></th>${columns.map((column) => cell(column.of(arm)))}</tr>`,
  );
  return html`<div class="scroll"><table class="results study">${head}<tbody>${rows}</tbody></table></div>
<p class="note">${counted(result.arms.length, "arm")}, ${counted(result.seeds.length, "seed")}${result.seeds.length > 1 && ", mean ± standard deviation"}; entropy of log C. The sweet spot has the best mean on <code>val</code> among the arms whose top-1 there is at least the baseline’s less its standard deviation.${!result.isComplete && " The study is not complete: some runs are still to come."}</p>${failures(result)}`;
}

function sentencesOf(result: StudyResult): Html[] {
  return result.sweetSpots.flatMap((spot) =>
    sentenceOf(spot, result)
      .split("\n")
      .map((line, index) => (index === 0 ? html`<p><b>${line}</b></p>` : html`<p>${line}</p>`)),
  );
}

function failures({ failures: failed }: StudyResult): Html | null {
  if (failed.length === 0) return null;
  return html`<p class="note"><b>${counted(failed.length, "run")} failed:</b></p><ul class="note">${failed.map(({ run, code, message }) => html`<li><code>${run}</code> ${code ?? "error"}: ${message}</li>`)}</ul>`;
}

function cell(spread: Spread | null): Html {
  if (spread === null) return html`<td class="none">–</td>`;
  return html`<td>${formatPercent(spread.mean)}${spread.sd !== null && html`<small class="same">± ${formatPercent(spread.sd)}</small>`}</td>`;
}

function marksOf({ isBaseline, runs, effectiveEps }: ArmResult, isSpot: boolean): string {
  const failed = runs.filter(({ status }) => status === "failed").length;
  const marks = [
    isSpot && "sweet spot",
    isBaseline && "baseline",
    effectiveEps !== null && effectiveEps > 0 && `effective ε ${Number(effectiveEps.toPrecision(2))}`,
    failed > 0 && `${counted(failed, "run")} failed`,
  ];
  return marks.filter((mark) => mark !== false).join(", ");
}
