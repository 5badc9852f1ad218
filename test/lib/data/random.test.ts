import { Random } from "../../../lib/data/random";

const draws = (random: Random, count: number) => Array.from({ length: count }, () => random.uint32());

describe("Random", () => {
  it("gives the same numbers for the same key, on every machine", () => {
    expect(draws(new Random(1, 2), 4)).toEqual(draws(new Random(1, 2), 4));
    expect(draws(new Random(42), 4)).toEqual([2680936986, 2997335809, 1190588489, 2780438377]);
  });

  it("gives unlike numbers for keys that differ in one part, its order or its count", () => {
    const first = [[0], [1], [0, 0], [0, 1], [1, 0], [2 ** 32], [2 ** 32 - 1]].map((key) =>
      new Random(...key).uint32(),
    );
    expect(new Set(first).size).toBe(first.length);
  });

  it("draws each of a few values equally often", () => {
    const random = new Random(7);
    const counts = [0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 70_000; i++) counts[random.below(7)]! += 1;
    // Six standard deviations of a binomial around 10,000.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(560);
  });

  it("draws floats in [0, 1) with mean a half", () => {
    const random = new Random(3);
    const values = Array.from({ length: 20_000 }, () => random.float());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1);
  });
});
