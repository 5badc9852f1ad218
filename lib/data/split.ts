import { join } from "node:path";

export const SPLIT_NAMES = ["train", "val", "test"] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

/** A true box in pixels of the original image; x1 and y1 count as inclusive in the IoU. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];
export type ImageSize = readonly [width: number, height: number];

/** The mask files of one image, or of one class in it, as paths relative to `<root>/masks`. */
export interface MaskFiles {
  /** The foreground is the union of the instances. */
  readonly instances: readonly string[];
  /** Pixels that count neither way; null: none. */
  readonly ignore: string | null;
}

/**
 * One split's metadata. Entry i of `ids` and `sizes` belongs to image i. Entry i of `labels`, `boxes` and `masks` belongs to
 * pair i: without `labelOffsets` that is image i, else a pair of an image and a class that it has.
 */
export interface Split {
  readonly name: SplitName;
  /** The data set's root. */
  readonly root: string;
  readonly ids: readonly string[];
  /** 0-based class of each pair. */
  readonly labels: Int32Array;
  /**
   * Images + 1, where images have several classes: the pairs of image i are those from `labelOffsets[i]` to before
   * `labelOffsets[i + 1]`, its classes ascending. Null where every image of the data set has one class.
   */
  readonly labelOffsets: Int32Array | null;
  /** Boxes of each pair in original pixels, at least one each; null when the split has none. */
  readonly boxes: readonly (readonly Box[])[] | null;
  /** Width and height of each original image; null when `image_sizes.txt` is absent or empty. */
  readonly sizes: readonly ImageSize[] | null;
  /** Masks of each pair; null when the split has none. */
  readonly masks: readonly MaskFiles[] | null;
  imagePath(index: number): string;
}

type SplitFields = Omit<Split, "imagePath" | "labelOffsets"> & Partial<Pick<Split, "labelOffsets">>;

/** Adds the image paths to a split's metadata; images have one class each unless it says otherwise. */
export function makeSplit(fields: SplitFields): Split {
  return {
    labelOffsets: null,
    ...fields,
    imagePath: (index) => join(fields.root, "images", fields.ids[index] as string),
  };
}
