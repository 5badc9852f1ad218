import { join } from "node:path";

export const SPLIT_NAMES = ["train", "val", "test"] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

/** A true box in pixels of the original image; x1 and y1 count as inclusive in the IoU. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];
export type ImageSize = readonly [width: number, height: number];

/** The mask files of one image, as paths relative to `<root>/masks`. */
export interface MaskFiles {
  /** The foreground is the union of the instances. */
  readonly instances: readonly string[];
  /** Pixels that count neither way; null: none. */
  readonly ignore: string | null;
}

/** One split's metadata; entry i of every list belongs to image i. */
export interface Split {
  readonly name: SplitName;
  /** The data set's root. */
  readonly root: string;
  readonly ids: readonly string[];
  /** 0-based class of each image. */
  readonly labels: Int32Array;
  /** Boxes of each image in original pixels, at least one each; null when the split has none. */
  readonly boxes: readonly (readonly Box[])[] | null;
  /** Width and height of each original image; null when `image_sizes.txt` is absent or empty. */
  readonly sizes: readonly ImageSize[] | null;
  /** Masks of each image; null when the split has none. */
  readonly masks: readonly MaskFiles[] | null;
  imagePath(index: number): string;
}

/** Adds the image paths to a split's metadata. */
export function makeSplit(fields: Omit<Split, "imagePath">): Split {
  return { ...fields, imagePath: (index) => join(fields.root, "images", fields.ids[index] as string) };
}
