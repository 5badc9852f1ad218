import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Split } from "../../split";
import type { FileFacts } from "../read-image-file";

const STAMP_BYTES = 8;

/**
 * What the decoded images of a split are made of: for each the path, size and time of its file, the size that the metadata
 * gives it, and the way of decoding, as a hash of 8 bytes. Files are looked at when they are first asked for.
 */
export class SourceStamps {
  readonly #stamps: Uint8Array;
  readonly #known: Uint8Array;

  /** @param form Says how images are decoded: another one makes other stamps. */
  constructor(
    private readonly split: Split,
    private readonly form: string,
  ) {
    this.#stamps = new Uint8Array(split.ids.length * STAMP_BYTES);
    this.#known = new Uint8Array(split.ids.length);
  }

  /** 8 bytes for each index; zeros, which nothing is held under, for a file that cannot be looked at. */
  async of(indices: Int32Array): Promise<Uint8Array> {
    const unknown = [...indices].filter((index) => this.#known[index] === 0);
    await Promise.all(unknown.map((index) => this.#look(index)));
    const stamps = new Uint8Array(indices.length * STAMP_BYTES);
    indices.forEach((index, row) => {
      stamps.set(this.#at(index), row * STAMP_BYTES);
    });
    return stamps;
  }

  /** The stamp of an image whose file is as told, from now on. */
  set(index: number, { size, mtimeNs }: FileFacts): Uint8Array {
    const { ids, sizes } = this.split;
    const made = [this.form, ids[index], `${size}`, `${mtimeNs}`, sizes?.[index] ?? null];
    const stamp = this.#at(index);
    stamp.set(createHash("sha256").update(JSON.stringify(made)).digest().subarray(0, STAMP_BYTES));
    this.#known[index] = 1;
    return stamp.slice();
  }

  async #look(index: number): Promise<void> {
    const found = await stat(this.split.imagePath(index), { bigint: true }).catch(() => null);
    if (found !== null) this.set(index, found);
  }

  #at(index: number): Uint8Array {
    return this.#stamps.subarray(index * STAMP_BYTES, (index + 1) * STAMP_BYTES);
  }
}
