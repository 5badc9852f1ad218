import { type DecodedCache, type DecodeOne, fillRows, type Gathered } from "./decoded-cache";
import { ImageSlots } from "./image-slots";

/** Remembers in memory, for as long as the process lives. */
export class MemoryCache implements DecodedCache {
  readonly #slots: ImageSlots;

  /** Of `count` images of `imageBytes` each, as many as fit into `maxBytes`. */
  constructor(
    count: number,
    private readonly imageBytes: number,
    maxBytes: number,
  ) {
    this.#slots = new ImageSlots(count, imageBytes, maxBytes);
  }

  /** The most bytes that it will hold. */
  get maxBytes(): number {
    return this.#slots.maxBytes;
  }

  async gather(indices: Int32Array, decode: DecodeOne): Promise<Gathered> {
    const data = new Uint8Array(indices.length * this.imageBytes);
    const missing: number[] = [];
    indices.forEach((index, row) => {
      const held = this.#slots.get(index);
      if (held === null) missing.push(row);
      else data.set(held, row * this.imageBytes);
    });
    const failures = await fillRows(data, this.imageBytes, missing, async (row) => {
      const index = indices[row] as number;
      const { pixels } = await decode(index);
      this.#slots.put(index, pixels);
      return pixels;
    });
    return { data, failures };
  }

  close(): void {}
}
