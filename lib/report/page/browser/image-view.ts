import type { GalleryData } from "../gallery-data";
import type { ScoreMaps } from "../score-maps";
import { element } from "./element";
import { paint } from "./paint";
import type { View } from "./view";

interface Shown {
  readonly run: number;
  readonly canvas: HTMLCanvasElement;
  readonly caption: HTMLElement;
}

/** One image as the runs see it, side by side; a card of the grid, or large. */
export class ImageView {
  readonly element: HTMLElement;
  readonly #data: GalleryData;
  readonly #maps: ScoreMaps;
  readonly #image: number;
  readonly #side: number;
  readonly #shown: Shown[];
  readonly #picture: Promise<HTMLImageElement>;

  /** @param side Of the longer side of a canvas, in pixels. */
  constructor(data: GalleryData, maps: ScoreMaps, image: number, view: View, side: number) {
    this.#data = data;
    this.#maps = maps;
    this.#image = image;
    this.#side = side;
    const entry = data.images[image]!;
    this.#picture = load(entry.thumbnail);
    this.#shown = view.shown.map((run) => {
      const canvas = element("canvas", { "aria-label": `${data.runs[run]!.name}: ${entry.id}`, role: "img" });
      // The place is kept before the picture is there.
      canvas.style.aspectRatio = `${entry.width} / ${entry.height}`;
      return { run, canvas, caption: element("figcaption") };
    });
    const figures = this.#shown.map(({ canvas, caption }) => element("figure", {}, canvas, caption));
    const title = element("p", { class: "title" }, element("b", {}, entry.label), " ", element("small", {}, entry.id));
    this.element = element("div", { class: "view" }, title, element("div", { class: "pair" }, ...figures));
  }

  /** Draws it as the view's thresholds cut it. */
  async draw(view: View): Promise<void> {
    const image = await this.#picture;
    const entry = this.#data.images[this.#image]!;
    const scale = this.#side / Math.max(entry.width, entry.height);
    for (const { run, canvas, caption } of this.#shown) {
      const threshold = view.thresholds[run]!;
      const map = this.#maps.of(this.#image, run);
      const cut = this.#maps.cut(this.#image, run, threshold);
      if (map === null || cut === null) continue;
      canvas.width = Math.max(1, Math.round(entry.width * scale));
      canvas.height = Math.max(1, Math.round(entry.height * scale));
      paint(canvas, { entry, image, map, cut, threshold, layer: view.layer });
      canvas.dataset.box = cut.box.join(",");
      caption.replaceChildren(...this.#words(run, cut.iou));
    }
  }

  /** Frees the canvases' memory until they are drawn again. */
  clear(): void {
    for (const { canvas } of this.#shown) {
      canvas.width = 0;
      canvas.height = 0;
    }
  }

  #words(run: number, iou: number | null): (Node | string)[] {
    const { name, colour } = this.#data.runs[run]!;
    const { predicted, isRight, probability, entropy } = this.#data.images[this.#image]!.found[run]!;
    const percent = (value: number) => (100 * value).toFixed(0);
    return [
      element("span", { class: `swatch ${colour}` }),
      element("b", {}, name),
      element("br"),
      element("span", { class: isRight ? "up" : "down" }, `${isRight ? "✓" : "✗"} ${predicted}`),
      ` ${percent(probability)}\u00a0%`,
      ...(iou === null ? [] : [element("br"), `IoU ${iou.toFixed(2)}`]),
      element("br"),
      `entropy ${percent(entropy)}\u00a0%`,
    ];
  }
}

function load(source: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = source;
  return image.decode().then(() => image);
}
