import { type Html, html } from "../html";
import type { Axis } from "./axis";
import { barEnds, errorBars } from "./error-bars";
import { CHART, makeFrame, px } from "./frame";
import { extent } from "./scale";
import { type Point, type Series, seriesClass } from "./series";

export interface LineChartOptions {
  readonly title: string;
  /** One sentence under the title. */
  readonly note?: string;
  readonly x: Omit<Axis, "domain"> & { readonly domain?: Axis["domain"] };
  readonly y: Omit<Axis, "domain"> & { readonly domain?: Axis["domain"] };
  readonly series: readonly Series[];
  /** A dashed upright line. */
  readonly guide?: { readonly x: number; readonly text: string };
  /** Dots with their values on hovering; for curves of few points. */
  readonly hasDots?: boolean;
  readonly describe?: (point: Point) => string;
}

const RADIUS = { small: 2.8, large: 5.5 } as const;

/** A chart with one line per run; null when there is nothing to draw. */
export function lineChart(options: LineChartOptions): Html | null {
  const { title, note, series, guide } = options;
  const all = series.flatMap(({ points }) => points.filter(isFinitePoint));
  const ends = series.flatMap(barEnds);
  const xDomain = options.x.domain ?? extent([...all, ...ends].map(([x]) => x));
  const yDomain = options.y.domain ?? extent([...all, ...ends].map(([, y]) => y));
  if (all.length === 0 || xDomain === null || yDomain === null) return null;
  const frame = makeFrame({ ...options.x, domain: xDomain }, { ...options.y, domain: yDomain });
  const names = series.map(({ name }) => name).join(", ");
  return html`<figure class="chart"><figcaption><b>${title}</b>${note !== undefined && html`<span>${note}</span>`}</figcaption>
<svg viewBox="0 0 ${CHART.width} ${CHART.height}" role="img" aria-label="${title}: ${names}">
${frame.markup}
${series.map((one) => html`<path class="line ${seriesClass(one.index)}" d="${path(one.points, frame.x, frame.y)}"><title>${one.name}</title></path>`)}
${series.map((one) => errorBars(one, frame))}
${
  options.hasDots &&
  series.map((one) =>
    one.points.filter(isFinitePoint).map((point) => dot(one, point, options.describe?.(point) ?? "", "small", frame)),
  )
}
${series.map((one) => (one.marks ?? []).map(({ at, text }) => dot(one, at, text, "large", frame)))}
${
  guide !== undefined &&
  html`<g class="guide"><line x1="${px(frame.x(guide.x))}" x2="${px(frame.x(guide.x))}" y1="${frame.top}" y2="${frame.bottom}"/><text x="${px(frame.x(guide.x) + 5)}" y="${frame.bottom - 8}">${guide.text}</text></g>`
}
</svg></figure>`;
}

function dot(
  { name, index }: Series,
  [x, y]: Point,
  text: string,
  size: keyof typeof RADIUS,
  frame: { x: (value: number) => number; y: (value: number) => number },
): Html {
  const title = text === "" ? name : `${name}: ${text}`;
  return html`<circle class="dot ${size} ${seriesClass(index)}" cx="${px(frame.x(x))}" cy="${px(frame.y(y))}" r="${RADIUS[size]}"><title>${title}</title></circle>`;
}

function path(points: readonly Point[], x: (value: number) => number, y: (value: number) => number): string {
  let isOpen = false;
  return points
    .map((point) => {
      const command = isOpen ? "L" : "M";
      isOpen = isFinitePoint(point);
      return isOpen ? `${command}${px(x(point[0]))} ${px(y(point[1]))}` : "";
    })
    .join("");
}

function isFinitePoint([x, y]: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}
