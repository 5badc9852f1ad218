import { loadMetricsAddon } from "../../../lib/native/load-metrics";
import type { ImageFacts } from "../../../lib/native/metrics-addon";
import { caught } from "../../support/caught";

const { Bootstrap } = loadMetricsAddon();

const HITS = { offsets: Int32Array.of(0, 1, 3), begins: Int32Array.of(0, 0, 4), states: Uint8Array.of(1, 0, 15) };
const FACTS = { hits: HITS, entropy: Float64Array.of(0.5, 1), correct: Uint8Array.of(1, 0) } as unknown as ImageFacts;
const OPTIONS = { images: 2, seed: 0, threads: 1, runs: [FACTS] };

const withHits = (changes: object) => ({ ...OPTIONS, runs: [{ ...FACTS, hits: { ...HITS, ...changes } }] });

test.each([
  ["no images", { ...OPTIONS, images: 0 }, "images"],
  ["half an image", { ...OPTIONS, images: 1.5 }, "images"],
  ["a negative seed", { ...OPTIONS, seed: -1 }, "seed"],
  ["runs that are no array", { ...OPTIONS, runs: FACTS }, "runs"],
  ["a run that is no object", { ...OPTIONS, runs: [7] }, "run"],
  [
    "entropies of another count of images",
    { ...OPTIONS, runs: [{ ...FACTS, entropy: Float64Array.of(1) }] },
    "entropy",
  ],
  ["entropies of another type", { ...OPTIONS, runs: [{ ...FACTS, entropy: Float32Array.of(1, 2) }] }, "entropy"],
  ["offsets that descend", withHits({ offsets: Int32Array.of(0, 3, 1) }), "offsets"],
  ["offsets that begin elsewhere", withHits({ offsets: Int32Array.of(1, 1, 3) }), "offsets"],
  ["offsets beyond the states", withHits({ offsets: Int32Array.of(0, 1, 2 ** 31 - 1) }), "begins"],
  ["an image without a state", withHits({ offsets: Int32Array.of(0, 0, 3) }), "begins"],
  ["begins that descend", withHits({ begins: Int32Array.of(0, 4, 0) }), "begins"],
  ["fewer states than begins", withHits({ states: Uint8Array.of(1) }), "states"],
  [
    "counts that are not images x 2 x bins",
    { ...OPTIONS, runs: [{ pixels: { bins: 3, counts: new Int32Array(11) } }] },
    "counts",
  ],
  ["more bins than memory", { ...OPTIONS, runs: [{ pixels: { bins: 2 ** 31, counts: new Int32Array(12) } }] }, "bins"],
])("rejects %s, naming the argument", async (_, options, parameter) => {
  const error = await caught(() => new Bootstrap(options as never));
  expect(error.code).toBe("ERR_WSOL_ARGUMENT");
  expect(error.message).toContain(`'${parameter}'`);
});

test.each([
  [-1, 3, "first"],
  [0.5, 3, "first"],
  [0, -1, "count"],
  [0, 2 ** 40, "count"],
  [0, Number.NaN, "count"],
])("rejects the resamples %d, %d", async (first, count, parameter) => {
  const error = await caught(async () => new Bootstrap(OPTIONS).resample(first, count));
  expect(error.code).toBe("ERR_WSOL_ARGUMENT");
  expect(error.message).toContain(`'${parameter}'`);
});

test("answers for the arrays as they were at the call", async () => {
  const entropy = Float64Array.of(0.5, 1);
  const bootstrap = new Bootstrap({ ...OPTIONS, runs: [{ ...FACTS, entropy }] });
  const before = await bootstrap.observed();
  entropy.fill(9);
  expect(await bootstrap.observed()).toEqual(before);
  expect(await bootstrap.resample(0, 0)).toHaveLength(0);
});
