import { FILTERS, type Filter } from "../filters";
import type { GalleryData } from "../gallery-data";
import { moveThreshold, THRESHOLD_STEP } from "../keys";
import { ORDERS, type Order } from "../orders";
import { element } from "./element";
import { LAYERS, type Layer, type View } from "./view";

const ORDER_WORDS: Readonly<Record<Order, string>> = {
  id: "id",
  "iou-up": "IoU, lowest first",
  "iou-down": "IoU, highest first",
  "entropy-up": "entropy, lowest first",
  "entropy-down": "entropy, highest first",
  "probability-up": "probability, lowest first",
  "probability-down": "probability, highest first",
};
/** These filters are read in an order of their own. */
const ORDER_OF_FILTER: Partial<Record<Filter, Order>> = { worst: "iou-up", best: "iou-down" };
/** The finest step of the slider. */
const FINE_STEP = 0.001;

/** What the gallery is to do after a change. */
export interface ToolbarEvents {
  /** Other images, or others beside each other. */
  readonly onSelection: () => void;
  /** The same images drawn otherwise. */
  readonly onDrawing: () => void;
}

interface Slider {
  readonly run: number;
  readonly input: HTMLInputElement;
  readonly output: HTMLOutputElement;
}

/** Runs, thresholds, filter, order and layer. */
export class Toolbar {
  readonly element: HTMLElement;
  readonly #data: GalleryData;
  readonly #view: View;
  readonly #events: ToolbarEvents;
  readonly #filters = element("select", { id: "gallery-filter" });
  readonly #orders = element("select", { id: "gallery-order" });
  readonly #thresholds = element("div", { class: "thresholds" });
  #sliders: Slider[] = [];

  constructor(data: GalleryData, view: View, events: ToolbarEvents) {
    this.#data = data;
    this.#view = view;
    this.#events = events;
    this.element = element("div", { class: "toolbar" });
    if (data.runs.length > 1) this.element.append(this.#runs());
    this.element.append(this.#thresholds, this.#choices());
    this.#runsChanged();
  }

  /** Moves the thresholds of all runs that are shown. */
  moveThresholds(by: number): void {
    for (const { run } of this.#sliders) this.#view.thresholds[run] = moveThreshold(this.#view.thresholds[run]!, by);
    this.#thresholdsChanged();
  }

  #runs(): HTMLElement {
    const boxes = this.#data.runs.map(({ name, colour }, run) => {
      const input = element("input", { type: "checkbox", value: run, checked: this.#view.shown.includes(run) });
      input.addEventListener("change", () => {
        const shown = [...this.#data.runs.keys()].filter((one) =>
          one === run ? input.checked : this.#view.shown.includes(one),
        );
        // One run at least.
        if (shown.length === 0) input.checked = true;
        else {
          this.#view.shown = shown;
          this.#runsChanged();
          this.#events.onSelection();
        }
      });
      return element("label", { class: "chip" }, input, element("span", { class: `swatch ${colour}` }), name);
    });
    return element("fieldset", {}, element("legend", {}, "Runs side by side"), ...boxes);
  }

  #choices(): HTMLElement {
    const choices = element("div", { class: "choices" });
    this.#orders.append(...ORDERS.map((order) => element("option", { value: order }, ORDER_WORDS[order])));
    this.#filters.addEventListener("change", () => {
      this.#view.filter = this.#filters.value as Filter;
      this.#view.order = ORDER_OF_FILTER[this.#view.filter] ?? this.#view.order;
      this.#orders.value = this.#view.order;
      this.#events.onSelection();
    });
    this.#orders.addEventListener("change", () => {
      this.#view.order = this.#orders.value as Order;
      this.#events.onSelection();
    });
    const layers = element("select", { id: "gallery-layer" });
    layers.append(...LAYERS.map((layer) => element("option", { value: layer }, layer)));
    layers.addEventListener("change", () => {
      this.#view.layer = layers.value as Layer;
      this.#events.onDrawing();
    });
    const words = [
      ["Images", this.#filters],
      ["Sorted by", this.#orders],
      ["Over them", layers],
    ] as const;
    choices.append(...words.map(([name, select]) => element("label", {}, `${name} `, select)));
    return choices;
  }

  /** Words of the filters name the runs that they ask. */
  #runsChanged(): void {
    const [first, second] = this.#view.shown.map((run) => this.#data.runs[run]!.name);
    const words: Readonly<Record<Filter, string | null>> = {
      all: "all",
      worst: `worst quarter of ${first}`,
      best: `best quarter of ${first}`,
      "first-right": second === undefined ? null : `${first} localizes, ${second} does not`,
      "second-right": second === undefined ? null : `${second} localizes, ${first} does not`,
      "far-larger": `${first}: box far larger than the object`,
      "wrong-class": `${first}: wrong class`,
    };
    const known = FILTERS.flatMap((filter) => (words[filter] === null ? [] : [[filter, words[filter]] as const]));
    this.#filters.replaceChildren(...known.map(([filter, text]) => element("option", { value: filter }, text)));
    if (!known.some(([filter]) => filter === this.#view.filter)) this.#view.filter = "all";
    this.#filters.value = this.#view.filter;
    this.#sliders = this.#view.shown.map((run) => this.#slider(run));
    this.#thresholds.replaceChildren(
      ...this.#sliders.map(({ run, input, output }) => this.#thresholdRow(run, input, output)),
    );
    this.#thresholdsChanged(false);
  }

  #slider(run: number): Slider {
    const { name } = this.#data.runs[run]!;
    const input = element("input", { type: "range", min: 0, max: 1, step: FINE_STEP, "data-run": run });
    input.setAttribute("aria-label", `Threshold of ${name}`);
    input.addEventListener("input", () => {
      this.#view.thresholds[run] = input.valueAsNumber;
      this.#thresholdsChanged();
    });
    return { run, input, output: element("output") };
  }

  #thresholdRow(run: number, input: HTMLElement, output: HTMLElement): HTMLElement {
    const { name, colour, threshold, thresholdFrom } = this.#data.runs[run]!;
    const reset = element("button", { type: "button" }, `${thresholdFrom} ${shown(threshold)}`);
    reset.addEventListener("click", () => {
      this.#view.thresholds[run] = threshold;
      this.#thresholdsChanged();
    });
    const words = element("span", { class: "name" }, element("span", { class: `swatch ${colour}` }), name);
    return element("div", { class: "threshold" }, words, input, output, reset);
  }

  #thresholdsChanged(isDrawn = true): void {
    for (const { run, input, output } of this.#sliders) {
      input.value = String(this.#view.thresholds[run]!);
      output.value = shown(this.#view.thresholds[run]!);
    }
    if (isDrawn) this.#events.onDrawing();
  }
}

/** Thresholds of the evaluator's grid have three decimals; of others as many are shown. */
function shown(threshold: number): string {
  return threshold.toFixed(-Math.floor(Math.log10(THRESHOLD_STEP)) + 1);
}
