import { type Html, html } from "../html";

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
