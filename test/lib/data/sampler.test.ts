import { batchesPerEpoch, epochOrder } from "../../../lib/data/sampler";

const ORDER = { count: 100, seed: 5, epoch: 3, batchSize: 32 };
const sorted = (order: Int32Array) => [...order].sort((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("epochOrder", () => {
  it("is a permutation that depends on seed and epoch alone", () => {
    const order = epochOrder(ORDER);
    expect(sorted(order)).toEqual(upTo(100));
    expect(epochOrder(ORDER)).toEqual(order);
    expect(epochOrder({ ...ORDER, batchSize: 10 })).toEqual(order);
    expect(epochOrder({ ...ORDER, epoch: 4 })).not.toEqual(order);
    expect(epochOrder({ ...ORDER, seed: 6 })).not.toEqual(order);
  });

  it("puts each image first about equally often", () => {
    const firsts = new Array<number>(5).fill(0);
    for (let epoch = 0; epoch < 5000; epoch++) firsts[epochOrder({ ...ORDER, count: 5, epoch })[0] as number]! += 1;
    for (const times of firsts) expect(Math.abs(times - 1000)).toBeLessThan(170);
  });

  it("leaves out a last batch of one image, and keeps any other", () => {
    expect(epochOrder({ ...ORDER, count: 97 })).toHaveLength(96);
    expect(epochOrder({ ...ORDER, count: 98 })).toHaveLength(98);
    expect(epochOrder({ ...ORDER, count: 1 })).toHaveLength(0);
    expect(epochOrder({ ...ORDER, count: 3, batchSize: 1 })).toHaveLength(3);
  });

  it("shares the epoch among processes, equally and without overlap", () => {
    const shares = upTo(3).map((rank) => epochOrder({ ...ORDER, rank, worldSize: 3 }));
    expect(shares.map((share) => share.length)).toEqual([32, 32, 32]);
    expect(new Set(shares.flatMap((share) => [...share])).size).toBe(96);
  });

  it.each([{ rank: 2, worldSize: 2 }, { rank: -1 }, { worldSize: 0 }, { batchSize: 0 }, { count: 1.5 }])(
    "rejects %j",
    (wrong) => {
      expect(() => epochOrder({ ...ORDER, ...wrong })).toThrow(expect.objectContaining({ code: "ERR_WSOL_ARGUMENT" }));
    },
  );
});

it.each([
  [96, 32, 3],
  [97, 32, 3],
  [98, 32, 4],
  [1, 32, 0],
  [0, 32, 0],
  [5, 1, 5],
])("batchesPerEpoch counts the steps of %d images in batches of %d: %d", (count, batchSize, batches) => {
  expect(batchesPerEpoch(count, batchSize)).toBe(batches);
  expect(Math.ceil(epochOrder({ ...ORDER, count, batchSize }).length / batchSize)).toBe(batches);
});
