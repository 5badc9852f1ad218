import { keptImages } from "../filters";
import type { GalleryData } from "../gallery-data";
import { actionOf, type KeyAction, moveFrom } from "../keys";
import { sortImages } from "../orders";
import { ScoreMaps } from "../score-maps";
import { element } from "./element";
import { HitCounter } from "./hit-counter";
import { ImageView } from "./image-view";
import { LargeView } from "./large-view";
import { Toolbar } from "./toolbar";
import { firstView, type View } from "./view";

/** Of canvases, in pixels. */
const SIDES = { card: 280, large: 720 } as const;

interface Card {
  readonly image: number;
  readonly element: HTMLElement;
  readonly view: ImageView;
  isVisible: boolean;
}

/** The images of the report, with everything that can be done with them. */
export class Gallery {
  readonly #data: GalleryData;
  readonly #maps: ScoreMaps;
  readonly #view: View;
  readonly #toolbar: Toolbar;
  readonly #hits: HitCounter;
  readonly #count = element("p", { class: "count", "aria-live": "polite" });
  readonly #grid = element("div", { class: "cards", role: "list" });
  readonly #large: LargeView;
  readonly #observer: IntersectionObserver;
  #largeView: ImageView | null = null;
  #cards: Card[] = [];
  /** The card that the keyboard is at. */
  #position = 0;
  #isDrawing = false;

  constructor(root: HTMLElement, data: GalleryData) {
    this.#data = data;
    this.#maps = new ScoreMaps(data);
    this.#view = firstView(data);
    this.#hits = new HitCounter(data, this.#maps);
    this.#toolbar = new Toolbar(data, this.#view, {
      onSelection: () => this.#select(),
      onDrawing: () => this.#drawSoon(),
    });
    this.#large = new LargeView({
      onMove: (by) => this.#move(by === 1 ? "right" : "left"),
      onClose: () => this.#closed(),
    });
    this.#observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: "200px" });
    root.replaceChildren(this.#toolbar.element, this.#hits.element, this.#count, this.#grid, this.#large.element);
    root.addEventListener("keydown", (event) => this.#onKey(event));
    this.#select();
  }

  /** Makes the cards of the images that the filter keeps. */
  #select(): void {
    const { shown, filter, order } = this.#view;
    const [first, second = null] = shown;
    const { size } = this.#data.runs[first!]!;
    const kept = keptImages(this.#data.images, filter, { first: first!, second, size });
    this.#observer.disconnect();
    this.#cards = sortImages(this.#data.images, kept, order, first!).map((image) => this.#card(image));
    this.#position = 0;
    this.#grid.style.setProperty("--shown", String(shown.length));
    this.#grid.replaceChildren(...this.#cards.map(({ element: card }) => card));
    for (const card of this.#cards) this.#observer.observe(card.element);
    this.#cards[0]?.element.setAttribute("tabindex", "0");
    this.#count.textContent =
      kept.length === 0
        ? "No image is like that."
        : `${kept.length} of ${this.#data.images.length} images; filters and order go by the thresholds the page came with.`;
    this.#hits.update(this.#view);
  }

  #card(image: number): Card {
    const view = new ImageView(this.#data, this.#maps, image, this.#view, SIDES.card);
    const card = element("div", { class: "card", role: "listitem", tabindex: -1, "data-image": image }, view.element);
    card.addEventListener("click", () => {
      this.#goTo(this.#cards.findIndex((one) => one.image === image));
      this.#open();
    });
    card.addEventListener("focus", () => {
      // A dialog that closes gives the focus back to where it was opened, not to where one has gone in it.
      if (this.#largeView === null) this.#goTo(this.#cards.findIndex((one) => one.image === image));
    });
    return { image, element: card, view, isVisible: false };
  }

  #seen(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const card = this.#cards.find((one) => one.element === target);
      if (card === undefined) continue;
      card.isVisible = isIntersecting;
      if (isIntersecting) void card.view.draw(this.#view);
      else card.view.clear();
    }
  }

  /** Once a frame, however fast the slider goes. */
  #drawSoon(): void {
    this.#hits.update(this.#view);
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      void this.#largeView?.draw(this.#view);
      for (const { isVisible, view } of this.#cards) if (isVisible) void view.draw(this.#view);
    });
  }

  #onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    // Arrows in a slider or a list are its own; so is Enter on a button.
    if (/^(INPUT|SELECT|BUTTON)$/.test(target.tagName) && !(this.#large.isOpen && target.tagName === "BUTTON")) return;
    const action = actionOf(event);
    if (action === null || (action.kind === "open" && target.tagName === "BUTTON")) return;
    // A dialog closes by itself.
    if (action.kind === "close") return;
    event.preventDefault();
    if (action.kind === "threshold") this.#toolbar.moveThresholds(action.by);
    else if (action.kind === "open") this.#open();
    else this.#move(action.by);
  }

  #move(by: (KeyAction & { kind: "move" })["by"]): void {
    const columns = this.#large.isOpen ? 1 : getComputedStyle(this.#grid).gridTemplateColumns.split(" ").length;
    this.#goTo(moveFrom(this.#position, by, { count: this.#cards.length, columns }));
    if (this.#large.isOpen) this.#open();
    else this.#cards[this.#position]?.element.focus();
  }

  /** One card alone is reached by Tab. */
  #goTo(position: number): void {
    this.#cards[this.#position]?.element.setAttribute("tabindex", "-1");
    this.#position = position;
    this.#cards[position]?.element.setAttribute("tabindex", "0");
  }

  #open(): void {
    const card = this.#cards[this.#position];
    if (card === undefined) return;
    this.#largeView = new ImageView(this.#data, this.#maps, card.image, this.#view, SIDES.large);
    this.#large.show(this.#largeView.element, `${this.#position + 1} of ${this.#cards.length}`);
    void this.#largeView.draw(this.#view);
  }

  #closed(): void {
    this.#largeView = null;
    this.#cards[this.#position]?.element.focus();
  }
}
