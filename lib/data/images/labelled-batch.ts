import type { WsolError } from "../../errors";
import type { ClassLists, ImageBatch } from "../../native/torch-addon";

/** An image that was left out of its batch. */
export interface SkippedImage {
  /** Its position in the split. */
  readonly index: number;
  /** Why. */
  readonly error: WsolError;
}

export interface LabelledBatch {
  readonly indices: Int32Array;
  /** Of each image, or lists where images have several classes. */
  readonly labels: Int32Array | ClassLists;
  /** A block of its own, never reused. */
  readonly images: ImageBatch;
  /** Images that were to be in the batch and are not. */
  readonly skipped: readonly SkippedImage[];
}
