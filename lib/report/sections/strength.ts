import { evaluationDifferences } from "../../runs/comparability";
import { mean, standardDeviation } from "../../runs/seed-means";
import type { RunSummary } from "../../runs/summary";
import { counted } from "../../words";
import type { Axis } from "../charts/axis";
import { lineChart } from "../charts/line-chart";
import type { Deviation, Point, Series } from "../charts/series";
import { legend } from "../charts/series";
import { type Family, familiesOf, strengthOf } from "../families";
import { type Html, html } from "../html";
import { formatPercent, QUANTITIES, type Quantity } from "../quantities";

/** A curve of fewer points shows nothing that the table does not. */
const FEWEST_POINTS = 3;

interface Abscissa {
  readonly title: string;
  readonly axis: Omit<Axis, "domain">;
  /** null where the run has none. */
  readonly of: (run: RunSummary) => number | null;
  readonly text: (value: number) => string;
}

const ABSCISSAS: readonly Abscissa[] = [
  {
    title: "entropy",
    axis: { label: "mean entropy, H(p) over log C", isPercent: true },
    of: QUANTITIES.meanEntropyFraction.of,
    text: (value) => `entropy ${formatPercent(value)} %`,
  },
  {
    title: "effective ε",
    axis: { label: "effective ε of the term" },
    of: (run) => (strengthOf(run) === 0 ? 0 : run.effectiveEps),
    text: (value) => `ε ${Number(value.toPrecision(3))}`,
  },
  {
    title: "λ",
    axis: { label: "λ, logarithmic", kind: "log" },
    of: strengthOf,
    text: (value) => `λ ${value}`,
  },
];

const LOCALIZATION = [QUANTITIES.gtKnownAtVal, QUANTITIES.gtKnownLoc, QUANTITIES.pxap] as const;

/**
 * Localization and classification against what the term does: entropy, effective ε and λ, as means over the seeds. null where
 * no family of runs has three strengths, or where the evaluations may not be compared.
 */
export function strength(runs: readonly RunSummary[]): Html | null {
  const evaluated = runs.filter(({ evaluation }) => evaluation !== null);
  if (evaluationDifferences(evaluated).length > 0) return null;
  const families = familiesOf(evaluated).filter(({ groups }) => groups.length >= FEWEST_POINTS);
  if (families.length === 0) return null;
  const localization = LOCALIZATION.find(({ of }) => evaluated.every((run) => of(run) !== null));
  const measures = [localization, QUANTITIES.top1Cls].filter((measure) => measure !== undefined);
  const charts = ABSCISSAS.flatMap((abscissa) => measures.map((measure) => chart(families, abscissa, measure)));
  const drawn = charts.filter((one) => one !== null);
  if (drawn.length === 0) return null;
  const seeds = Math.max(...families.flatMap(({ groups }) => groups.map(({ length }) => length)));
  const bars =
    seeds > 1 ? `means over ${counted(seeds, "seed")}, the bars one standard deviation to both sides` : "one seed each";
  return html`${families.length > 1 && legend(families.map(({ name }) => name))}<div class="charts">${drawn}</div>
<p class="note">The evaluated split; ${bars}. λ 0, the run without the term, has no place on a logarithmic axis and stands apart.</p>`;
}

function chart(families: readonly Family[], abscissa: Abscissa, measure: Quantity): Html | null {
  const series = families.map((family, index) => seriesOf(family, index, abscissa, measure));
  const isCurve = ({ points }: Series) => new Set(points.map(([x]) => x)).size >= FEWEST_POINTS;
  const curves = series.filter(isCurve);
  if (curves.length === 0) return null;
  const positive = Math.min(...curves.flatMap(({ points }) => points.map(([x]) => x).filter((x) => x > 0)));
  const { title, axis } = abscissa;
  return lineChart({
    title: `${measure.group} against ${title}`,
    note: measure.detail === "of val" ? "at the threshold of val" : measure.detail,
    x: { ...axis, positive },
    y: { label: measure.group, isPercent: true },
    series: curves,
    hasDots: true,
    describe: ([x, y]) => `${abscissa.text(x)}, ${measure.group} ${formatPercent(y)} %`,
  });
}

function seriesOf({ name, groups }: Family, index: number, { of, axis }: Abscissa, measure: Quantity): Series {
  const known = groups.flatMap((group) => {
    const [xs, ys] = [of, measure.of].map((figure) => group.map(figure).filter((value) => value !== null));
    if (xs!.length === 0 || ys!.length === 0) return [];
    const at: Point = [mean(xs!), mean(ys!)];
    // What is set has no deviation.
    const isMeasured = axis.isPercent === true;
    const deviation: Deviation = { x: isMeasured ? standardDeviation(xs!) : null, y: standardDeviation(ys!) };
    return [{ at, deviation }];
  });
  known.sort((a, b) => a.at[0] - b.at[0]);
  return { name, index, points: known.map(({ at }) => at), deviations: known.map(({ deviation }) => deviation) };
}
