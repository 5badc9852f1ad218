import { batchesOfMaps, type IndexedMaps } from "../../../../lib/evaluate/score-maps/map-batch";
import type { ScoreMap } from "../../../../lib/evaluate/score-maps/score-map-file";

/** A map of one value. */
function mapOf(height: number, width: number, value = 0, precision: 32 | 64 = 64): ScoreMap {
  const length = height * width;
  const data = precision === 32 ? new Float32Array(length) : new Float64Array(length);
  return { data: data.fill(value), height, width };
}

async function batchesFrom(maps: readonly ScoreMap[]) {
  async function* source() {
    for (const [index, map] of maps.entries()) yield { ...map, index };
  }
  const batches: IndexedMaps[] = [];
  for await (const batch of batchesOfMaps(source())) batches.push(batch);
  return batches;
}
const countsOf = async (maps: readonly ScoreMap[]) => (await batchesFrom(maps)).map(({ count }) => count);

describe("batchesOfMaps", () => {
  test("joins consecutive maps, row after row, with their positions", async () => {
    const [batch, ...others] = await batchesFrom([mapOf(1, 2, 0.1), mapOf(1, 2, 0.2)]);
    expect(others).toEqual([]);
    expect(batch).toEqual({
      ...{ count: 2, height: 1, width: 2, indices: [0, 1] },
      data: Float64Array.of(0.1, 0.1, 0.2, 0.2),
    });
  });

  test("keeps the precision, in which 0.1 is another number, and parts maps of another", async () => {
    const batches = await batchesFrom([mapOf(1, 1, 0.1), mapOf(1, 1, 0.1, 32), mapOf(1, 1, 0.1)]);
    expect(batches.map(({ data }) => data)).toEqual([Float64Array.of(0.1), Float32Array.of(0.1), Float64Array.of(0.1)]);
  });

  test("parts maps of another width or another height", async () => {
    expect(await countsOf([mapOf(2, 2), mapOf(2, 3), mapOf(3, 3), mapOf(3, 3)])).toEqual([1, 1, 2]);
  });

  test("gives at most 64 maps, and at most 2^21 values but for a map that has more alone", async () => {
    expect(await countsOf(Array.from({ length: 65 }, () => mapOf(1, 1)))).toEqual([64, 1]);
    const half = mapOf(1024, 1024, 0, 32);
    expect(await countsOf([half, half, half])).toEqual([2, 1]);
    const more = mapOf(1025, 1024, 0, 32);
    expect(await countsOf([more, more])).toEqual([1, 1]);
    const whole = mapOf(2049, 1024, 0, 32);
    expect(await countsOf([whole, whole])).toEqual([1, 1]);
  });

  test("gives nothing of nothing", async () => {
    expect(await batchesFrom([])).toEqual([]);
  });
});
