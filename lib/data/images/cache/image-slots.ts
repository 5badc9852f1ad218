/** Memory is taken in slabs of about this size, when the first image of each comes. */
const SLAB_BYTES = 64 * 2 ** 20;

/** Decoded images of one split and side in memory: as many as fit, the first that come; none is ever thrown out. */
export class ImageSlots {
  readonly #slots: Int32Array;
  readonly #slabs: Uint8Array[] = [];
  readonly #imagesPerSlab: number;
  #capacity: number;
  #used = 0;

  /** `count` images of `imageBytes` each, at most `maxBytes` together. */
  constructor(
    count: number,
    private readonly imageBytes: number,
    maxBytes: number,
  ) {
    this.#slots = new Int32Array(count).fill(-1);
    this.#capacity = Math.min(count, Math.floor(maxBytes / imageBytes));
    this.#imagesPerSlab = Math.max(1, Math.min(this.#capacity, Math.floor(SLAB_BYTES / imageBytes)));
  }

  /** The most bytes that the cache will hold. */
  get maxBytes(): number {
    return this.#capacity * this.imageBytes;
  }

  /** A view of image `index`; null when it is not held. */
  get(index: number): Uint8Array | null {
    const slot = this.#slots[index] as number;
    return slot === -1 ? null : this.#at(slot);
  }

  /** Keeps a copy of image `index`, if there is room. */
  put(index: number, image: Uint8Array): void {
    if (this.#slots[index] !== -1 || this.#used >= this.#capacity) return;
    if (this.#used === this.#slabs.length * this.#imagesPerSlab && !this.#grow()) return;
    this.#at(this.#used).set(image);
    this.#slots[index] = this.#used++;
  }

  #at(slot: number): Uint8Array {
    const start = (slot % this.#imagesPerSlab) * this.imageBytes;
    const slab = this.#slabs[Math.floor(slot / this.#imagesPerSlab)] as Uint8Array;
    return slab.subarray(start, start + this.imageBytes);
  }

  /** A machine with less memory than asked for still trains: it decodes the rest each epoch. */
  #grow(): boolean {
    try {
      const images = Math.min(this.#imagesPerSlab, this.#capacity - this.#used);
      this.#slabs.push(new Uint8Array(images * this.imageBytes));
      return true;
    } catch {
      this.#capacity = this.#used;
      return false;
    }
  }
}
