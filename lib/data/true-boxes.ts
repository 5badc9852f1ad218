import { resolve } from "node:path";
import type { Dataset } from "./dataset";
import { checkSize } from "./images/check-size";
import { readImageHeader, uprightBox } from "./images/orientation";
import { Pairs } from "./pairs";
import type { Box, Split } from "./split";

interface Place {
  readonly split: Split;
  readonly index: number;
}

/** The true boxes of a data set's images, found by the path of the image file. */
export class TrueBoxes {
  readonly #places = new Map<string, Place>();

  constructor(dataset: Dataset) {
    for (const split of dataset.splits.map((name) => dataset.split(name))) {
      if (split.boxes === null) continue;
      for (const index of split.ids.keys()) this.#places.set(resolve(split.imagePath(index)), { split, index });
    }
  }

  /**
   * The boxes, of all its classes, in pixels of the upright image, turned as its EXIF orientation says (a data set's own are those of the image
   * as stored); null for an image that the data set does not hold.
   * @throws ERR_WSOL_DATA where `image_sizes.txt` gives the image another size
   */
  async upright(imagePath: string): Promise<readonly Box[] | null> {
    const place = this.#places.get(resolve(imagePath));
    if (place === undefined) return null;
    const { split, index } = place;
    const header = await readImageHeader(imagePath);
    await checkSize(split, index, header.size);
    const { begin, end } = new Pairs(split).of(index);
    return split.boxes!.slice(begin, end).flatMap((boxes) => boxes.map((box) => uprightBox(box, header)));
  }
}
