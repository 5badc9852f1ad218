import type { ImageSize, Split, SplitName } from "../split";
import type { Findings } from "./findings";

/** What a split holds. */
export interface CheckedSplit {
  readonly split: SplitName;
  readonly images: number;
  /** How many of them could be decoded. */
  readonly decoded: number;
  /** How many boxes; null where the split has none. */
  readonly boxes: number | null;
  /** How many mask files, ignore files aside; null where the split has none. */
  readonly masks: number | null;
  /** Width and height of the images of fewest and most pixels; null where none could be decoded. */
  readonly smallest: ImageSize | null;
  readonly largest: ImageSize | null;
}

/** Counts what is seen of a split. */
export class SplitTally {
  #decoded = 0;
  #hasForeground = false;
  #smallest: ImageSize | null = null;
  #largest: ImageSize | null = null;

  constructor(readonly split: Split) {}

  /** @param size Of the image; null where it could not be decoded. @param hasForeground Of its masks. */
  add(size: ImageSize | null, hasForeground: boolean): void {
    this.#hasForeground ||= hasForeground;
    if (size === null) return;
    this.#decoded += 1;
    if (this.#smallest === null || pixelsOf(size) < pixelsOf(this.#smallest)) this.#smallest = size;
    if (this.#largest === null || pixelsOf(size) > pixelsOf(this.#largest)) this.#largest = size;
  }

  /** After all images: recall has no meaning where no pixel is foreground. */
  checkMasks(findings: Findings): void {
    const { masks, name } = this.split;
    if (masks === null || this.#hasForeground) return;
    findings.add("masks-empty", { split: name, image: null, detail: "no mask of the split has foreground" });
  }

  counts(): CheckedSplit {
    const { name, ids, boxes, masks } = this.split;
    return {
      split: name,
      images: ids.length,
      decoded: this.#decoded,
      boxes: boxes?.reduce((sum, ofImage) => sum + ofImage.length, 0) ?? null,
      masks: masks?.reduce((sum, { instances }) => sum + instances.length, 0) ?? null,
      smallest: this.#smallest,
      largest: this.#largest,
    };
  }
}

function pixelsOf([width, height]: ImageSize): number {
  return width * height;
}
