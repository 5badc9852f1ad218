import { evaluationDifferences } from "../../runs/comparability";
import type { RunSummary } from "../../runs/summary";
import { lineChart } from "../charts/line-chart";
import type { Point, Series } from "../charts/series";
import { legend } from "../charts/series";
import { type Html, html } from "../html";

const ASIDE = html`<p class="aside">How to read it: a network that trains for long grows sure of its predictions, and their entropy falls, from the right to the left. The paper’s claim is that localization is best somewhere on the way, before the network is sure of everything by one telling part, and that the entropy term keeps it there.</p>`;

/**
 * The paper's trade-off: where between certain and uncertain predictions a network localizes best; run by run only where
 * the evaluations may be compared. null without a localization figure on `val`.
 * @param hasRunByRun Whether the page has no better chart of finished runs.
 */
export function entropyAndLocalization(runs: readonly RunSummary[], hasRunByRun: boolean): Html | null {
  const hasBoxes = runs.some(({ epochs }) => epochs.some(({ val }) => typeof val?.gtKnownLoc === "number"));
  const measure = hasBoxes ? "GT-known Loc" : "PxAP";
  const chart = (title: string, note: string, series: readonly Series[]) =>
    lineChart({
      title,
      note,
      x: { label: "mean entropy, H(p) over log C", isPercent: true },
      y: { label: measure, isPercent: true },
      series,
      hasDots: true,
      describe: ([entropy, localization]) => describe(entropy, measure, localization),
    });
  const charts = [
    chart(
      `${measure} against entropy, epoch by epoch`,
      "val; the large dot is the last epoch",
      runs.map((run, index) => overEpochs(run, index, hasBoxes, measure)),
    ),
    hasRunByRun && runs.length > 2 && evaluationDifferences(runs).length === 0
      ? chart(
          `${measure} against entropy, run by run`,
          "the evaluated split, one dot per run",
          runs.map((run, index) => finished(run, index, hasBoxes, measure)),
        )
      : null,
  ].filter((one) => one !== null);
  if (charts.length === 0) return null;
  return html`${legend(runs.map(({ name }) => name))}<div class="charts">${charts}${charts.length === 1 && ASIDE}</div>`;
}

function overEpochs({ name, epochs }: RunSummary, index: number, hasBoxes: boolean, measure: string): Series {
  const known = epochs.flatMap(({ epoch, val }) => {
    const at = pointOf(val?.meanEntropyFraction, hasBoxes ? val?.gtKnownLoc : val?.pxap);
    return at === null ? [] : [{ epoch, at }];
  });
  const marks = known
    .slice(-1)
    .map(({ epoch, at }) => ({ at, text: `epoch ${epoch}, ${describe(at[0], measure, at[1])}` }));
  return { name, index, points: known.map(({ at }) => at), marks };
}

function finished({ name, evaluation }: RunSummary, index: number, hasBoxes: boolean, measure: string): Series {
  const at = pointOf(evaluation?.meanEntropyFraction, hasBoxes ? evaluation?.gtKnownLoc : evaluation?.pxap);
  if (at === null) return { name, index, points: [] };
  return { name, index, points: [at], marks: [{ at, text: describe(at[0], measure, at[1]) }] };
}

function pointOf(x: number | null | undefined, y: number | null | undefined): Point | null {
  return typeof x === "number" && typeof y === "number" ? [x, y] : null;
}

function describe(entropy: number, measure: string, localization: number): string {
  return `entropy ${(100 * entropy).toFixed(1)} %, ${measure} ${(100 * localization).toFixed(1)} %`;
}
