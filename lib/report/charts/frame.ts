import { type Html, html } from "../html";
import type { Axis, AxisLayout } from "./axis";
import { logAxis } from "./log-axis";
import { type Domain, linearScale, niceTicks, tickFormat, wholeTicks } from "./scale";

/** Where things lie inside a chart, in the units of its view box. */
export interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Grid, ticks and axis labels. */
  readonly markup: Html;
}

/** The view box of every chart; the page scales it to its column. */
export const CHART = { width: 520, height: 300 } as const;
const MARGIN = { left: 52, right: 16, top: 12, bottom: 44 } as const;

/** Axes with grid lines for the two quantities. */
export function makeFrame(xAxis: Axis, yAxis: Axis): Frame {
  const [left, right] = [MARGIN.left, CHART.width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, CHART.height - MARGIN.bottom];
  const across = xAxis.kind === "log" ? logAxis(xAxis, [left, right]) : linearAxis(xAxis, [left, right]);
  const { x } = across;
  const yTicks = ticksOf(yAxis, 5);
  const y = linearScale(domainOf(yAxis, yTicks), [bottom, top]);
  const yText = labeller(yAxis, yTicks);
  const markup = html`<g class="grid">${yTicks.map((tick) => html`<line x1="${left}" x2="${right}" y1="${px(y(tick))}" y2="${px(y(tick))}"/>`)}</g>
<g class="ticks">${yTicks.map((tick) => html`<text x="${left - 8}" y="${px(y(tick) + 4)}" text-anchor="end">${yText(tick)}</text>`)}
${across.ticks.map(({ at, text }) => html`<line class="tick" x1="${px(at)}" x2="${px(at)}" y1="${bottom}" y2="${bottom + 4}"/><text x="${px(at)}" y="${bottom + 18}" text-anchor="middle">${text}</text>`)}</g>
<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>${across.gap !== null && axisBreak(across.gap, bottom)}
<text class="label" x="${(left + right) / 2}" y="${CHART.height - 6}" text-anchor="middle">${xAxis.label}</text>`;
  return { x, y, left, right, top, bottom, markup };
}

function linearAxis(axis: Axis, range: Domain): AxisLayout {
  const ticks = ticksOf(axis, 6);
  const x = linearScale(domainOf(axis, ticks), range);
  const text = labeller(axis, ticks);
  return { x, ticks: ticks.map((tick) => ({ at: x(tick), text: text(tick) })), gap: null };
}

/** Two strokes across the axis, and nothing of it between them. */
function axisBreak(at: number, bottom: number): Html {
  const stroke = (left: number) =>
    html`<path class="break" d="M${px(left - 3)} ${bottom + 6}L${px(left + 3)} ${bottom - 6}"/>`;
  return html`<rect class="gap" x="${px(at - 3)}" y="${bottom - 2}" width="6" height="4"/>${stroke(at - 3)}${stroke(at + 3)}`;
}

/** A coordinate with as many decimals as an eye can see. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function ticksOf({ domain, kind = "nice" }: Axis, count: number): number[] {
  if (kind === "whole") return wholeTicks(domain, count);
  const ticks = niceTicks(domain[0] === domain[1] ? widen(domain) : domain, count);
  return kind === "nice" ? ticks : ticks.filter((tick) => tick >= domain[0] && tick <= domain[1]);
}

function domainOf({ domain, kind = "nice" }: Axis, ticks: readonly number[]): Domain {
  return kind === "nice" ? [ticks[0]!, ticks.at(-1)!] : domain;
}

function widen([low, high]: Domain): Domain {
  const margin = Math.abs(low) * 0.1 || 0.1;
  return [low - margin, high + margin];
}

function labeller({ isPercent = false }: Axis, ticks: readonly number[]): (value: number) => string {
  const factor = isPercent ? 100 : 1;
  const format = tickFormat(ticks.map((tick) => tick * factor));
  return (value) => `${format(value * factor)}${isPercent ? " %" : ""}`;
}
