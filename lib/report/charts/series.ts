import { type Html, html } from "../html";

export type Point = readonly [x: number, y: number];

export interface Mark {
  readonly at: Point;
  /** Shown on hovering. */
  readonly text: string;
}

export interface Series {
  readonly name: string;
  /** The run's place in the report; gives colour and dashes. */
  readonly index: number;
  /** In the order they are joined; a point that is not finite leaves a gap. */
  readonly points: readonly Point[];
  /** Points that stand out. */
  readonly marks?: readonly Mark[];
  /** How far the error bars of each point reach to both sides; null: none. */
  readonly deviations?: readonly (Deviation | null)[];
}

/** In the units of the axes; null where there is nothing to tell. */
export interface Deviation {
  readonly x: number | null;
  readonly y: number | null;
}

/** Colours of the style sheet; runs beyond take them again, dashed. */
export const COLOURS = 8;
const DASHES = 3;

/** The classes that give a run its colour and dashes, by its place in the report. */
export function seriesClass(index: number): string {
  return `s${index % COLOURS} d${Math.floor(index / COLOURS) % DASHES}`;
}

/** The runs with their colours, once for all charts of a section. */
export function legend(names: readonly string[]): Html {
  return html`<ul class="legend">${names.map(
    (name, index) =>
      html`<li><svg viewBox="0 0 28 10" aria-hidden="true"><line class="line ${seriesClass(index)}" x1="1" x2="27" y1="5" y2="5"/></svg>${name}</li>`,
  )}</ul>`;
}
