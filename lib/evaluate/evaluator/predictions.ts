import type { Pairs } from "../../data/pairs";
import { invalidArgument } from "../../errors";

/** What a model predicted for a batch. */
export interface Predictions {
  /** Class of the largest logit, one per image of the batch. */
  readonly predicted: Int32Array;
  /** Of the prediction in nats, one per image. */
  readonly entropy: Float64Array;
  /** C: the number of classes of the model. */
  readonly numClasses: number;
  /** What `meanEntropyFraction` is a fraction of. @default log C */
  readonly largestEntropy?: number;
}

/** Keeps the predictions of a split by image, so that sums do not depend on the order in which images come. */
export class PredictionLog {
  readonly predicted: Int32Array;
  readonly entropy: Float64Array;

  readonly numClasses: number;
  readonly #largestEntropy: number;

  constructor(
    images: number,
    { numClasses, largestEntropy = Math.log(numClasses) }: Pick<Predictions, "numClasses" | "largestEntropy">,
  ) {
    this.numClasses = numClasses;
    this.#largestEntropy = largestEntropy;
    this.predicted = new Int32Array(images);
    this.entropy = new Float64Array(images);
  }

  add(images: readonly number[], { predicted, entropy }: Predictions): void {
    images.forEach((image, row) => {
      this.predicted[image] = predicted[row]!;
      this.entropy[image] = entropy[row]!;
    });
  }

  /** Of some images, as {@link PredictionLog.add} takes them. */
  of(images: readonly number[]): Predictions {
    return {
      predicted: Int32Array.from(images, (image) => this.predicted[image]!),
      entropy: Float64Array.from(images, (image) => this.entropy[image]!),
      numClasses: this.numClasses,
      largestEntropy: this.#largestEntropy,
    };
  }

  /** Accuracy, where the predicted class is one of the image's, and mean entropy of the images with a mark in `isCounted`. */
  summarize(
    pairs: Pairs,
    isCounted: Uint8Array,
  ): { top1Cls: number; meanEntropy: number; meanEntropyFraction: number | null } {
    let images = 0;
    let correct = 0;
    let entropy = 0;
    isCounted.forEach((mark, image) => {
      if (mark === 0) return;
      images++;
      if (pairs.has(image, this.predicted[image]!)) correct++;
      entropy += this.entropy[image]!;
    });
    const meanEntropy = entropy / images;
    const meanEntropyFraction = this.numClasses > 1 ? meanEntropy / this.#largestEntropy : null;
    return { top1Cls: correct / images, meanEntropy, meanEntropyFraction };
  }
}

/** @param classes C of the updates before, if any. @throws ERR_WSOL_ARGUMENT */
export function checkPredictions({ predicted, entropy, numClasses }: Predictions, images: number, classes = 0): void {
  if (predicted.length !== images) throw invalidArgument("predicted", `${images} classes`, predicted);
  if (entropy.length !== images) throw invalidArgument("entropy", `${images} values`, entropy);
  const wrong = entropy.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw invalidArgument("entropy", "finite values", wrong);
  if (!Number.isInteger(numClasses) || numClasses < 1) {
    throw invalidArgument("numClasses", "a positive whole number", numClasses);
  }
  if (classes !== 0 && numClasses !== classes) throw invalidArgument("numClasses", `${classes}, as before`, numClasses);
}
