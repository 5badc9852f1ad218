import { ImageSlots } from "../../../../../lib/data/images/cache/image-slots";

describe("ImageSlots", () => {
  it("gives back what was put, as a copy", () => {
    const cache = new ImageSlots(4, 3, 100);
    const image = Uint8Array.of(1, 2, 3);
    cache.put(2, image);
    image[0] = 9;
    expect([...(cache.get(2) as Uint8Array)]).toEqual([1, 2, 3]);
    expect(cache.get(0)).toBeNull();
  });

  it("holds as many images as fit, the first that come", () => {
    const cache = new ImageSlots(4, 3, 8);
    for (const index of [3, 1, 0]) cache.put(index, Uint8Array.of(index, index, index));
    expect([0, 1, 2, 3].map((index) => cache.get(index)?.[0] ?? null)).toEqual([null, 1, null, 3]);
    expect(cache.maxBytes).toBe(6);
  });

  it("holds nothing without memory", () => {
    const cache = new ImageSlots(4, 3, 0);
    cache.put(0, new Uint8Array(3));
    expect(cache.get(0)).toBeNull();
  });

  it("spreads images that one slab cannot hold over several", () => {
    const bytes = 30 * 2 ** 20;
    const cache = new ImageSlots(3, bytes, 4 * bytes);
    for (const index of [0, 1, 2]) cache.put(index, new Uint8Array(bytes).fill(index + 1));
    expect([0, 1, 2].map((index) => [cache.get(index)?.at(0), cache.get(index)?.at(-1)])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });
});
