import type { ClassLists } from "../native/torch-addon";
import type { Split } from "./split";

/**
 * The pairs of a split: one for each image and each class that it has, image by image. Where every image has one class, pair
 * i is image i. Entry i of a split's labels, boxes and masks belongs to pair i.
 */
export class Pairs {
  readonly count: number;
  readonly #labels: Int32Array;
  readonly #offsets: Int32Array | null;
  #images: Int32Array | null = null;

  constructor({ labels, labelOffsets }: Pick<Split, "labels" | "labelOffsets">) {
    this.count = labels.length;
    this.#labels = labels;
    this.#offsets = labelOffsets;
  }

  /** The image of a pair. */
  imageOf(pair: number): number {
    if (this.#offsets === null) return pair;
    this.#images ??= imagesOf(this.#offsets);
    return this.#images[pair]!;
  }

  /** The pairs of an image: from `begin` to before `end`. */
  of(image: number): { readonly begin: number; readonly end: number } {
    if (this.#offsets === null) return { begin: image, end: image + 1 };
    return { begin: this.#offsets[image]!, end: this.#offsets[image + 1]! };
  }

  /** The classes of an image: a view. */
  labelsOf(image: number): Int32Array {
    const { begin, end } = this.of(image);
    return this.#labels.subarray(begin, end);
  }

  /** Whether an image has a class. */
  has(image: number, label: number): boolean {
    return this.labelsOf(image).includes(label);
  }

  /** The pairs of some images, one image after the other. */
  ofAll(images: Iterable<number>): number[] {
    const pairs: number[] = [];
    for (const image of images) {
      const { begin, end } = this.of(image);
      for (let pair = begin; pair < end; pair++) pairs.push(pair);
    }
    return pairs;
  }

  /** The classes of some images: one each, or lists where images have several. */
  labelsOfAll(images: Int32Array): Int32Array | ClassLists {
    if (this.#offsets === null) return images.map((image) => this.#labels[image]!);
    const values = Int32Array.from(this.ofAll(images), (pair) => this.#labels[pair]!);
    return { values, offsets: this.offsetsOf(images) };
  }

  /** Where the pairs of each of some images begin in {@link ofAll}: images + 1. */
  offsetsOf(images: ArrayLike<number>): Int32Array {
    const offsets = new Int32Array(images.length + 1);
    for (let row = 0; row < images.length; row++) offsets[row + 1] = offsets[row]! + this.labelsOf(images[row]!).length;
    return offsets;
  }
}

function imagesOf(offsets: Int32Array): Int32Array {
  const images = new Int32Array(offsets.at(-1)!);
  for (let image = 0; image + 1 < offsets.length; image++) images.fill(image, offsets[image]!, offsets[image + 1]!);
  return images;
}
