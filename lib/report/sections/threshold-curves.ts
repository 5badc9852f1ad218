import { evaluationDifferences } from "../../runs/comparability";
import type { EvaluationCurves } from "../../runs/evaluation";
import type { RunSummary } from "../../runs/summary";
import { lineChart } from "../charts/line-chart";
import type { Mark, Point, Series } from "../charts/series";
import { legend } from "../charts/series";
import { type Html, html } from "../html";
import { formatPercent } from "../quantities";

/** More points than a chart has pixels are of no use. */
const MOST_POINTS = 260;

/** Rates over the threshold that score maps are cut at, and precision over recall; null without an evaluation. */
export function thresholdCurves(runs: readonly RunSummary[]): Html | null {
  const sigmas = [...new Set(runs.flatMap(({ evaluation }) => evaluation?.atSigma?.sigma ?? []))];
  const charts = [
    rateChart(runs, "GT-known Loc", ({ maxBoxAcc }) => maxBoxAcc?.["0.5"], sigmas),
    rateChart(runs, "Top-1 Loc", ({ top1Loc }) => top1Loc, sigmas),
    precisionRecallChart(runs),
  ].filter((chart) => chart !== null);
  if (charts.length === 0) return null;
  const isComparable = evaluationDifferences(runs).length === 0;
  return html`${legend(runs.map(({ name }) => name))}<div class="charts">${charts}</div>${
    !isComparable && html`<p class="note">The evaluations differ: read each run’s curve by itself.</p>`
  }`;
}

function rateChart(
  runs: readonly RunSummary[],
  title: string,
  of: (curves: EvaluationCurves) => readonly number[] | null | undefined,
  sigmas: readonly number[],
): Html | null {
  const series = runs.map(({ name, evaluation }, index): Series => {
    const curves = evaluation?.curves;
    const points = (curves ? (of(curves) ?? []) : []).map((rate, at): Point => [curves!.thresholds[at]!, rate]);
    return { name, index, points: thin(points), marks: bestMarks(points) };
  });
  const highest = Math.max(0.1, ...series.flatMap(({ marks }) => marks?.map(({ at }) => at[1]) ?? []));
  return lineChart({
    title,
    note: "IoU 0.5, evaluated split; the dot is the best threshold",
    x: { label: "threshold", kind: "exact", domain: [0, 1] },
    y: { label: title, isPercent: true, domain: [0, highest] },
    series,
    ...(sigmas.length === 1 && { guide: { x: sigmas[0]!, text: `sigma ${sigmas[0]}` } }),
  });
}

function precisionRecallChart(runs: readonly RunSummary[]): Html | null {
  return lineChart({
    title: "Precision and recall of pixels",
    note: "against the masks; the area is PxAP",
    x: { label: "recall", kind: "exact", domain: [0, 1], isPercent: true },
    y: { label: "precision", kind: "exact", domain: [0, 1], isPercent: true },
    series: runs.map(({ name, evaluation }, index) => {
      const { precision, recall } = evaluation?.curves ?? { precision: null, recall: null };
      const points = (recall ?? []).map((x, at): Point => [x, precision?.[at] ?? Number.NaN]);
      // Above the highest score there is no pixel to be precise about.
      return { name, index, points: thin(points.filter(([x]) => x > 0)) };
    }),
  });
}

/** The lowest threshold on ties, as `bestThreshold`; none where no threshold hits anything. */
function bestMarks(points: readonly Point[]): Mark[] {
  const at = points.reduce((best, point) => (point[1] > best[1] ? point : best), [0, 0] as Point);
  return at[1] === 0 ? [] : [{ at, text: `${formatPercent(at[1])} % at threshold ${Number(at[0].toFixed(4))}` }];
}

function thin(points: readonly Point[]): Point[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, index) => index % stride === 0 || index === points.length - 1);
}
