import { HIT } from "../filters";
import type { GalleryData } from "../gallery-data";
import type { ScoreMaps } from "../score-maps";
import { element } from "./element";
import type { View } from "./view";

/** A slider is counted once it rests this long, in ms; and so long at a stretch, that the page stays alive. */
const REST_MS = 120;
const STRETCH_MS = 12;

/** How many of the gallery's images each run localizes at its threshold; counted in the background. */
export class HitCounter {
  readonly element = element("p", { class: "hits", "aria-live": "polite" });
  readonly #data: GalleryData;
  readonly #maps: ScoreMaps;
  #count = 0;

  constructor(data: GalleryData, maps: ScoreMaps) {
    this.#data = data;
    this.#maps = maps;
  }

  /** Begins anew; what was being counted is dropped. */
  update(view: View): void {
    const count = ++this.#count;
    if (this.#data.images.every(({ boxes }) => boxes === null)) return;
    const [runs, thresholds] = [[...view.shown], [...view.thresholds]];
    const hits = runs.map(() => 0);
    const jobs = this.#data.images.flatMap((_, image) => runs.map((run, place) => ({ image, run, place })));
    let next = 0;
    const stretch = (): void => {
      if (count !== this.#count) return;
      const end = performance.now() + STRETCH_MS;
      while (next < jobs.length && performance.now() < end) {
        const { image, run, place } = jobs[next++]!;
        const iou = this.#maps.cut(image, run, thresholds[run]!)?.iou ?? 0;
        if (iou >= HIT) hits[place]! += 1;
      }
      if (next < jobs.length) setTimeout(stretch);
      else this.#show(runs, hits);
    };
    setTimeout(stretch, REST_MS);
  }

  #show(runs: readonly number[], hits: readonly number[]): void {
    const all = this.#data.images.length;
    const each = runs.flatMap((run, place) => {
      const { name, colour } = this.#data.runs[run]!;
      const swatch = element("span", { class: `swatch ${colour}` });
      return [element("span", {}, swatch, `${name} ${hits[place]} of ${all}`), " "];
    });
    this.element.replaceChildren(`Localized at these thresholds (IoU ≥ ${HIT}): `, ...each);
  }
}
