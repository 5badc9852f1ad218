import { resolve } from "node:path";
import type { Dataset } from "./dataset";
import type { Box } from "./split";

/** The true boxes of a data set's images, found by the path of the image file. */
export class TrueBoxes {
  readonly #boxes = new Map<string, readonly Box[]>();

  constructor(dataset: Dataset) {
    for (const split of dataset.splits.map((name) => dataset.split(name))) {
      split.boxes?.forEach((boxes, index) => {
        this.#boxes.set(resolve(split.imagePath(index)), boxes);
      });
    }
  }

  /** In pixels of the image; null for an image that the data set does not hold. */
  of(imagePath: string): readonly Box[] | null {
    return this.#boxes.get(resolve(imagePath)) ?? null;
  }
}
