import { evaluationDifferences } from "../../runs/comparability";
import type { RunSummary } from "../../runs/summary";
import { type Html, html } from "../html";
import { directionOf, QUANTITIES, type Quantity } from "../quantities";
import { type Ranking, rankRuns } from "../ranking";
import { listed } from "../words";

type Tile = readonly [name: string, quantity: Quantity];

const AT_VAL: readonly Tile[] = [
  ["GT-known Loc, of val", QUANTITIES.gtKnownAtVal],
  ["Top-1 Loc, of val", QUANTITIES.top1LocAtVal],
];
const AT_BEST: readonly Tile[] = [
  ["GT-known Loc, best", QUANTITIES.gtKnownLoc],
  ["Top-1 Loc, best", QUANTITIES.top1Loc],
];
const OTHERS: readonly Tile[] = [
  ["PxAP", QUANTITIES.pxap],
  ["Top-1 Cls", QUANTITIES.top1Cls],
  ["Mean entropy", QUANTITIES.meanEntropyFraction],
];

/**
 * The figures of the run that is best, beside those of the first run; why there is no best one, where the evaluations may
 * not be compared; null without an evaluation.
 */
export function headline(runs: readonly RunSummary[]): Html | null {
  const differences = evaluationDifferences(runs);
  if (differences.length > 0) return refusal(differences.map(({ what }) => what));
  const ranking = rankRuns(runs);
  if (ranking === null) return null;
  const [best] = ranking.best;
  const first = runs[0]!;
  const isCompared = best !== first && first.evaluation !== null;
  const ofThreshold = ranking.measure.quantity === QUANTITIES.gtKnownAtVal ? AT_VAL : AT_BEST;
  const tiles = [...ofThreshold, ...OTHERS]
    .filter(([, { of }]) => of(best) !== null)
    .map((one) => tile(one, best, isCompared ? first : null));
  return html`${words(runs, ranking, isCompared)}<div class="tiles">${tiles}</div>`;
}

function refusal(what: readonly string[]): Html {
  return html`<p class="notice"><b>These runs are not ranked.</b> Their evaluations differ in ${listed(what)}, so that their figures cannot be compared: <a href="#evaluation">what was evaluated</a>.</p>`;
}

function words(runs: readonly RunSummary[], { measure, best }: Ranking, isCompared: boolean): Html | null {
  const evaluated = runs.filter(({ evaluation }) => evaluation !== null).length;
  if (evaluated < 2) return null;
  const names = best.map(({ name }) => html`<b>${name}</b>`);
  const among = evaluated === 2 ? "the two" : `the ${evaluated} runs`;
  const claim =
    best.length === 1
      ? html`${names} ${measure.verb} best of ${among}, by ${measure.words}.`
      : html`${listed(names)} are equal, and best of ${among}, by ${measure.words}.`;
  const whose = best.length === 1 ? "Its figures" : html`The figures of ${names[0]}`;
  const lead = isCompared
    ? html`${whose}, and how they differ from those of <b>${runs[0]!.name}</b>:`
    : html`${whose}:`;
  return html`<p class="lead">${claim} ${lead}</p>`;
}

function tile([name, quantity]: Tile, run: RunSummary, first: RunSummary | null): Html {
  const value = quantity.of(run)!;
  const before = first === null ? null : quantity.of(first);
  const difference = before === null ? null : value - before;
  const unit = quantity === QUANTITIES.meanEntropyFraction ? "% of log C" : "%";
  return html`<div class="tile"><p class="name">${name}</p><p class="value">${quantity.format(value)}<small> ${unit}</small></p>${
    difference !== null &&
    html`<p class="change ${directionOf(quantity, difference)}">${quantity.formatDifference(difference)} from ${quantity.format(before!)}</p>`
  }</div>`;
}
