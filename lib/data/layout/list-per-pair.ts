const NONE: readonly never[] = [];

/** A list for each pair of an image and a class, in memory that fits: nearly all have one box, and an array that grows keeps room for 16 more. */
export class ListPerPair<Item> {
  readonly #lists: (readonly Item[])[];

  constructor(count: number) {
    this.#lists = new Array<readonly Item[]>(count).fill(NONE);
  }

  get lists(): readonly (readonly Item[])[] {
    return this.#lists;
  }

  /** Whether a pair has an item. */
  has(pair: number): boolean {
    return this.#lists[pair] !== NONE;
  }

  add(pair: number, item: Item): void {
    const list = this.#lists[pair] as readonly Item[];
    this.#lists[pair] = list.length === 0 ? [item] : [...list, item];
  }
}
