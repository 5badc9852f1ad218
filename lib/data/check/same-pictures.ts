import { readFile } from "node:fs/promises";
import type { Split } from "../split";
import { labelsOf } from "./class-counts";
import type { Findings } from "./findings";
import { DIGEST_BYTES } from "./read-image";

/** An image of the data set. */
export interface Place {
  readonly split: Split;
  readonly index: number;
}

/** Remembers the pixels of every image by their digest, 16 bytes each, and finds those that are equal. */
export class SamePictures {
  readonly #digests: Buffer;
  readonly #seen: number[] = [];

  /** @param images The most that {@link add} will be told of. */
  constructor(images: number) {
    this.#digests = Buffer.alloc(images * DIGEST_BYTES);
  }

  /** @param place From 0 to before the number of images; splits follow one another. */
  add(place: number, digest: Uint8Array): void {
    this.#digests.set(digest, place * DIGEST_BYTES);
    this.#seen.push(place);
  }

  /** Notes every image whose pixels an earlier one has. */
  async check(placeOf: (place: number) => Place, findings: Findings, signal?: AbortSignal): Promise<void> {
    for (const group of this.#groups()) {
      for (const [at, place] of group.entries()) {
        signal?.throwIfAborted();
        await note(placeOf(place), group.slice(0, at).map(placeOf), findings);
      }
    }
  }

  /** The places of equal pixels, two or more, in ascending order. */
  *#groups(): Generator<number[]> {
    const digestOf = (place: number) => this.#digests.subarray(place * DIGEST_BYTES, (place + 1) * DIGEST_BYTES);
    const sorted = Uint32Array.from(this.#seen).sort((a, b) => Buffer.compare(digestOf(a), digestOf(b)) || a - b);
    for (let start = 0, end = 0; start < sorted.length; start = end) {
      const digest = digestOf(sorted[start]!);
      while (end < sorted.length && digest.equals(digestOf(sorted[end]!))) end++;
      if (end - start > 1) yield [...sorted.subarray(start, end)];
    }
  }
}

async function note(image: Place, earlier: readonly Place[], findings: Findings): Promise<void> {
  const idOf = ({ split, index }: Place) => split.ids[index]!;
  // One file that two splits list is another finding.
  const others = earlier.filter((other) => idOf(other) !== idOf(image));
  const elsewhere = others.find(({ split }) => split !== image.split);
  const here = others.find(({ split }) => split === image.split);
  const relabelled = others.find((other) => !haveEqualLabels(image, other));
  const { split } = image;
  const item = async (other: Place) => ({
    split: split.name,
    image: idOf(image),
    detail: `${(await haveEqualBytes(image, other)) ? "same bytes" : "same pixels"} as '${idOf(other)}' of ${other.split.name}`,
  });
  if (elsewhere !== undefined) findings.add("same-picture-in-two-splits", await item(elsewhere));
  if (here !== undefined) findings.add("same-picture-twice", await item(here));
  if (relabelled !== undefined) {
    const [own, its] = [image, relabelled].map((one) => labelsOf(one.split, one.index).join(" and "));
    const detail = `label ${own}, '${idOf(relabelled)}' of ${relabelled.split.name} has ${its}`;
    findings.add("same-picture-other-label", { split: split.name, image: idOf(image), detail });
  }
}

function haveEqualLabels(a: Place, b: Place): boolean {
  const [own, other] = [a, b].map(({ split, index }) => [...labelsOf(split, index)].sort((x, y) => x - y).join());
  return own === other;
}

async function haveEqualBytes(a: Place, b: Place): Promise<boolean> {
  const [own, other] = await Promise.all([a, b].map(({ split, index }) => readFile(split.imagePath(index))));
  return own!.equals(other!);
}
