import type { Measurements } from "../runs/evaluation";
import { counted } from "../words";
import { type Html, html } from "./html";

/** What was evaluated: `test, 300 images`, of a multi-label set with the pairs that are counted. */
export function splitWords({ split, images, pairs, skipped }: Measurements): string {
  const ofPairs = pairs > images ? `, ${counted(pairs, "pair")} of an image and a class` : "";
  const lacks = skipped.length === 0 ? "" : `, ${skipped.length} skipped`;
  return `${split}, ${counted(images, "image")}${ofPairs}${lacks}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly (string | Html)[]): Html {
  const last = items.at(-1);
  if (items.length < 2) return html`${last}`;
  const before = items.slice(0, -1).map((item, index) => html`${index > 0 && ", "}${item}`);
  return html`${before} and ${last}`;
}

/** A name made of `key=value` joined by `_`, which may be broken after each of them. */
export function breakable(name: string): Html {
  return html`${name.split("_").map((part, index) => html`${index > 0 && html`_<wbr>`}${part}`)}`;
}
