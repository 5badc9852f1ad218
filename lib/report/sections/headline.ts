import type { RunSummary } from "../../runs/summary";
import { type Html, html } from "../html";
import { directionOf, QUANTITIES, type Quantity } from "../quantities";

const TILES: readonly Quantity[] = [
  QUANTITIES.gtKnownLoc,
  QUANTITIES.top1Loc,
  QUANTITIES.pxap,
  QUANTITIES.top1Cls,
  QUANTITIES.meanEntropyFraction,
];

/** The figures of the run that localizes best, beside those of the first run; null without an evaluation. */
export function headline(runs: readonly RunSummary[]): Html | null {
  const best = bestLocalizing(runs);
  if (best === null) return null;
  const first = runs[0]!;
  const isCompared = best !== first && first.evaluation !== null;
  const tiles = TILES.filter(({ of }) => of(best) !== null).map((quantity) =>
    tile(quantity, best, isCompared ? first : null),
  );
  return html`${words(runs, best, isCompared)}<div class="tiles">${tiles}</div>`;
}

function words(runs: readonly RunSummary[], best: RunSummary, isCompared: boolean): Html | null {
  const evaluated = runs.filter(({ evaluation }) => evaluation !== null).length;
  if (evaluated < 2) return null;
  const among = evaluated === 2 ? "the two" : `the ${evaluated} runs`;
  return isCompared
    ? html`<p class="lead"><b>${best.name}</b> localizes best of ${among}. Its figures, and how they differ from those of <b>${runs[0]!.name}</b>:</p>`
    : html`<p class="lead"><b>${best.name}</b> localizes best of ${among}:</p>`;
}

/** By GT-known Loc, else PxAP, else accuracy; the earlier run on ties. */
export function bestLocalizing(runs: readonly RunSummary[]): RunSummary | null {
  const measure = [QUANTITIES.gtKnownLoc, QUANTITIES.pxap, QUANTITIES.top1Cls].find(({ of }) =>
    runs.some((run) => of(run) !== null),
  );
  if (measure === undefined) return null;
  const score = (run: RunSummary) => measure.of(run) ?? Number.NEGATIVE_INFINITY;
  return runs.reduce((best, run) => (score(run) > score(best) ? run : best));
}

function tile(quantity: Quantity, run: RunSummary, first: RunSummary | null): Html {
  const value = quantity.of(run)!;
  const before = first === null ? null : quantity.of(first);
  const difference = before === null ? null : value - before;
  const unit = quantity === QUANTITIES.meanEntropyFraction ? "% of log C" : "%";
  return html`<div class="tile"><p class="name">${quantity.group}</p><p class="value">${quantity.format(value)}<small> ${unit}</small></p>${
    difference !== null &&
    html`<p class="change ${directionOf(quantity, difference)}">${quantity.formatDifference(difference)} from ${quantity.format(before!)}</p>`
  }</div>`;
}
