import { averagePrecision } from "../../../lib/metrics/pixel-ap";
import { HIT, type RunRecords } from "../../../lib/runs/image-records";
import { type RunFigures, resampledFigures } from "../../../lib/studies/resampled-figures";
import { caught } from "../../support/caught";
import { fakeRecords, plainRecords } from "../../support/fake-records";

const BITS = 64;
const GOLDEN = 0x9e3779b97f4a7c15n;
const wrap = (value: bigint) => BigInt.asUintN(BITS, value);

function mix(bits: bigint): bigint {
  let mixed = wrap((bits ^ (bits >> 30n)) * 0xbf58476d1ce4e5b9n);
  mixed = wrap((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
  return mixed ^ (mixed >> 31n);
}

/** The images of one resample, with splitmix64 written out. */
function draw(images: number, seed: number, resample: number): number[] {
  let state = mix(wrap(mix(wrap(BigInt(seed) + GOLDEN)) + BigInt(resample)));
  return Array.from({ length: images }, () => {
    state = wrap(state + GOLDEN);
    return Number(((mix(state) >> 32n) * BigInt(images)) >> 32n);
  });
}

/** Every figure by its definition, of a list of images in which some stand twice. */
function figuresOf(records: RunRecords, drawn: readonly number[]): Record<keyof RunFigures, number> {
  const { hits, labels, predicted, entropy, pixels, step } = records;
  const stateAt = (image: number, threshold: number) => {
    let at = hits!.offsets[image]!;
    while (at + 1 < hits!.offsets[image + 1]! && hits!.begins[at + 1]! <= threshold) at++;
    return hits!.states[at]!;
  };
  const rate = (isHit: (image: number) => boolean) => drawn.filter(isHit).length / drawn.length;
  const isRight = (image: number) => predicted![image] === labels[image];
  const best = (of: (threshold: number) => number) => Math.max(...Array.from({ length: 10 }, (_, index) => of(index)));
  const rateOf = (bit: number) => best((index) => rate((image) => (stateAt(image, index) & bit) !== 0));
  const isLargest = (image: number, index: number) => (stateAt(image, index) & HIT.largestAt50) !== 0;
  const { bins, counts } = pixels!;
  const pooled = (part: number) =>
    Float64Array.from({ length: bins }, (_, bin) =>
      drawn.reduce((sum, image) => sum + counts[(2 * image + part) * bins + bin]!, 0),
    );
  const inOrder = drawn.toSorted((a, b) => a - b);
  return {
    gtKnownLoc: rateOf(HIT.largestAt50),
    gtKnownAtVal: rate((image) => isLargest(image, 4)),
    top1Loc: best((index) => rate((image) => isLargest(image, index) && isRight(image))),
    top1LocAtVal: rate((image) => isLargest(image, 4) && isRight(image)),
    maxBoxAccV2: (rateOf(HIT.allAt30) + rateOf(HIT.allAt50) + rateOf(HIT.allAt70)) / 3,
    pxap: averagePrecision({ foreground: pooled(0), background: pooled(1) }, step)!.pxap,
    top1Cls: rate(isRight),
    meanEntropy: inOrder.reduce((sum, image) => sum + entropy![image]!, 0) / drawn.length,
  };
}

/** The pairs of a draw of images: an image that is drawn twice brings its pairs twice. */
function pairsOf({ labelOffsets }: RunRecords, drawn: readonly number[]): number[] {
  return drawn.flatMap((image) => {
    const [begin, end] = [labelOffsets![image]!, labelOffsets![image + 1]!];
    return Array.from({ length: end - begin }, (_, at) => begin + at);
  });
}

describe("resampledFigures", () => {
  test("draws images with all their pairs where images have several classes", async () => {
    const labelOffsets = Int32Array.of(0, 3, 4, 6, 7, 9, 10, 13);
    const images = labelOffsets.length - 1;
    const pairs = labelOffsets.at(-1)!;
    const { hits, pixels, labels } = fakeRecords(pairs, 5);
    const records = fakeRecords(images, 6, { hits, pixels, labels, labelOffsets });
    // What figuresOf takes for images are the pairs, each with what was predicted for its image.
    const imageOf = (pair: number) => labelOffsets.findLastIndex((begin) => begin <= pair);
    const each = <T>(of: (pair: number) => T) => Array.from({ length: pairs }, (_, pair) => of(pair));
    const asImages = fakeRecords(pairs, 5, {
      predicted: Int32Array.from(each((at) => records.predicted![imageOf(at)]!)),
    });
    const [found] = await resampledFigures([records], { resamples: 100, seed: 3 });
    for (const resample of [0, 1, 50, 99]) {
      const drawn = draw(images, 3, resample);
      const expected = figuresOf(asImages, pairsOf(records, drawn));
      for (const name of ["gtKnownLoc", "gtKnownAtVal", "top1Loc", "top1LocAtVal", "maxBoxAccV2", "pxap"] as const) {
        expect([name, found![name]!.resampled[resample]]).toEqual([name, expected[name]]);
      }
      const isRight = (image: number) =>
        labels.subarray(labelOffsets[image], labelOffsets[image + 1]).includes(records.predicted![image]!);
      expect(found!.top1Cls!.resampled[resample]).toBe(drawn.filter(isRight).length / images);
    }
  });

  test("agrees with a plain bootstrap that makes the same draws, for each of the runs", async () => {
    const runs = [fakeRecords(41, 1), fakeRecords(41, 2), fakeRecords(41, 3)];
    const found = await resampledFigures(runs, { resamples: 300, seed: 2 ** 40 + 5 });
    expect(found).toHaveLength(3);
    for (const [run, records] of runs.entries()) {
      for (const resample of [0, 1, 63, 64, 255, 256, 299]) {
        const expected = figuresOf(records, draw(41, 2 ** 40 + 5, resample));
        for (const [name, value] of Object.entries(expected)) {
          const of = found[run]![name as keyof RunFigures]!.resampled[resample]!;
          // Sums of entropies in another order of adding; all else exactly.
          if (name === "meanEntropy") expect(of).toBeCloseTo(value, 12);
          else expect([name, of]).toEqual([name, value]);
        }
      }
    }
  });

  test("tells the figures of the images as they are", async () => {
    const records = fakeRecords(17, 4);
    const [found] = await resampledFigures([records], { resamples: 1, seed: 0 });
    const values = Object.fromEntries(Object.entries(found!).map(([name, figure]) => [name, figure!.value]));
    expect(values).toEqual(figuresOf(records, [...records.ids.keys()]));
  });

  test("takes the first thousand resamples for PxAP", async () => {
    const progress: number[][] = [];
    const onProgress = (done: number, total: number) => progress.push([done, total]);
    const [found] = await resampledFigures([fakeRecords(3)], { resamples: 1200, seed: 0, onProgress });
    expect([found!.gtKnownLoc!.resampled.length, found!.pxap!.resampled.length]).toEqual([1200, 1000]);
    expect(progress.at(-1)).toEqual([2200, 2200]);
  });

  test("does not depend on the number of threads", async () => {
    const of = (threads: number) => resampledFigures([fakeRecords(29)], { resamples: 100, seed: 1, threads });
    expect(await of(1)).toEqual(await of(7));
  });

  test("leaves out what the records cannot give", async () => {
    const nothing = { hits: null, pixels: null, predicted: null, entropy: null, valThreshold: null };
    const [found] = await resampledFigures([fakeRecords(5, 0, nothing)], { resamples: 3, seed: 0 });
    expect(Object.values(found!)).toEqual(new Array(8).fill(null));
    const [given] = await resampledFigures([plainRecords([true, false], null)], { resamples: 3, seed: 0 });
    expect([given!.gtKnownLoc!.value, given!.top1Loc, given!.top1Cls, given!.pxap]).toEqual([0.5, null, null, null]);
  });

  test("rejects no runs, runs of other images, and wrong numbers", async () => {
    const of = async (records: RunRecords[], options: object = {}) =>
      (await caught(() => resampledFigures(records, { resamples: 5, seed: 0, ...options }))).message;
    const one = fakeRecords(4);
    expect(await of([])).toBe("expected the records of at least one run for 'records', got an array of 0");
    expect(await of([one, fakeRecords(5)])).toBe("expected records of the same images for 'records', got \"others\"");
    expect(await of([one], { resamples: 0 })).toBe("expected a whole number of at least 1 for 'resamples', got 0");
    expect(await of([one], { resamples: Number.NaN })).toContain("got NaN");
    expect(await of([one], { seed: -1 })).toBe("expected a whole number from 0 on for 'seed', got -1");
    expect(await of([one], { seed: 2 ** 53 })).toBe(
      "expected a whole number up to 9007199254740991 for 'seed', got 9007199254740992",
    );
    expect(await of([one], { threads: -1 })).toContain("'threads'");
    expect(await of([fakeRecords(4, 0, { valThreshold: 0.41 })])).toContain("'valThreshold'");
  });

  test("stops when aborted, before and between the resamples", async () => {
    const records = [fakeRecords(5)];
    const before = resampledFigures(records, { resamples: 5, seed: 0, signal: AbortSignal.abort("early") });
    await expect(before).rejects.toBe("early");
    const controller = new AbortController();
    const progress: number[] = [];
    const onProgress = (done: number) => {
      progress.push(done);
      controller.abort("late");
    };
    const late = resampledFigures(records, { resamples: 5000, seed: 0, signal: controller.signal, onProgress });
    await expect(late).rejects.toBe("late");
    expect(progress).toHaveLength(1);
  });
});
