const NONE: readonly never[] = [];

/** A list for each image, in memory that fits: nearly all images have one box, and an array that grows keeps room for 16 more. */
export class ListPerImage<Item> {
  readonly #lists: (readonly Item[])[];

  constructor(count: number) {
    this.#lists = new Array<readonly Item[]>(count).fill(NONE);
  }

  get lists(): readonly (readonly Item[])[] {
    return this.#lists;
  }

  /** Whether an image has an item. */
  has(image: number): boolean {
    return this.#lists[image] !== NONE;
  }

  add(image: number, item: Item): void {
    const list = this.#lists[image] as readonly Item[];
    this.#lists[image] = list.length === 0 ? [item] : [...list, item];
  }
}
