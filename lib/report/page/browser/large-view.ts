import { element } from "./element";

export interface LargeViewEvents {
  /** Asked for the next image (1) or the one before (-1). */
  readonly onMove: (by: 1 | -1) => void;
  readonly onClose: () => void;
}

/** One image over the whole window. */
export class LargeView {
  readonly element = element("dialog", { class: "large", "aria-label": "One image" });
  readonly #content = element("div");
  readonly #place = element("span", { class: "place" });

  constructor({ onMove, onClose }: LargeViewEvents) {
    const button = (label: string, text: string, act: () => void) => {
      const made = element("button", { type: "button", "aria-label": label }, text);
      made.addEventListener("click", act);
      return made;
    };
    const bar = element(
      "div",
      { class: "bar" },
      button("Image before", "←", () => onMove(-1)),
      this.#place,
      button("Next image", "→", () => onMove(1)),
      button("Close", "✕", () => this.close()),
    );
    this.element.append(bar, this.#content);
    this.element.addEventListener("close", onClose);
    // What is clicked beside the content is the dialog itself.
    this.element.addEventListener("click", ({ target }) => {
      if (target === this.element) this.close();
    });
  }

  get isOpen(): boolean {
    return this.element.open;
  }

  show(content: HTMLElement, place: string): void {
    this.#content.replaceChildren(content);
    this.#place.textContent = place;
    if (!this.isOpen) this.element.showModal();
  }

  close(): void {
    this.element.close();
  }
}
