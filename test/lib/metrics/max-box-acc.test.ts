import type { Box } from "../../../lib/data/split";
import { boxesFromScoreMap } from "../../../lib/metrics/boxes";
import { intersectionOverUnion } from "../../../lib/metrics/iou";
import { MaxBoxAcc, type MaxBoxAccOptions } from "../../../lib/metrics/max-box-acc";
import { thresholdGrid } from "../../../lib/metrics/threshold-grid";
import { loadMetricsAddon } from "../../../lib/native/load-metrics";
import { caught } from "../../support/caught";

const SIDE = 12;
const LEVELS = ["0.3", "0.5", "0.7"] as const;

/** Maps with a bright square of level 1 within a wider one of level 0.5, moved along from image to image. */
function squares(count: number): { data: Float64Array; count: number; height: number; width: number } {
  const data = new Float64Array(count * SIDE * SIDE);
  for (let image = 0; image < count; image++) {
    const at = (x: number, y: number) => image * SIDE * SIDE + y * SIDE + x;
    for (let y = 1; y < 8; y++) for (let x = 1; x < 8; x++) data[at(x, y)] = 0.5;
    for (let y = 2; y < 5; y++) for (let x = 2; x < 5 + (image % 4); x++) data[at(x, y)] = 1;
  }
  return { data, count, height: SIDE, width: SIDE };
}

const one = squares(1);
/** What the wide square of every map is boxed by, and the bright one of the first. */
const WIDE: Box = [1, 1, 8, 8];
const BRIGHT: Box = [2, 2, 5, 5];
const everyImage = (count: number, ...boxes: readonly Box[]) => Array.from({ length: count }, () => boxes);

describe("MaxBoxAcc", () => {
  test("finds for each level the best rate and the lowest threshold that has it", async () => {
    const metric = new MaxBoxAcc({ step: 0.1 });
    await metric.update(one, [[WIDE]]);
    const wide = metric.compute();
    expect(wide.maxBoxAcc).toEqual({ "0.3": 1, "0.5": 1, "0.7": 1 });
    expect(wide.bestThreshold).toEqual({ "0.3": 0, "0.5": 0, "0.7": 0 });
    expect([wide.images, wide.gtKnownLoc, wide.top1Loc]).toEqual([1, 1, null]);
    metric.reset();
    await metric.update(one, [[BRIGHT]]);
    expect(metric.compute().bestThreshold).toEqual({ "0.3": 0.5, "0.5": 0.5, "0.7": 0.5 });
    expect(metric.compute().curves.largest["0.5"]).toEqual(Float64Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, 1));
  });

  test("has one threshold for the set, never one per image", async () => {
    const metric = new MaxBoxAcc({ step: 0.1 });
    await metric.update(squares(5), [[WIDE], [WIDE], [WIDE], [WIDE], [BRIGHT]]);
    expect(metric.compute()).toMatchObject({ gtKnownLoc: 0.8, maxBoxAccV2: { "0.5": 0.8 } });
  });

  test("counts by all contours for V2: a small second component hits there only", async () => {
    const map = squares(1);
    map.data.fill(1, 10 * SIDE + 9, 10 * SIDE + 11);
    const small: Box = [9, 10, 11, 11];
    const metric = new MaxBoxAcc({ step: 0.25 });
    await metric.update(map, [[small]]);
    const { maxBoxAcc, maxBoxAccV2 } = metric.compute();
    expect(maxBoxAcc).toEqual({ "0.3": 0, "0.5": 0, "0.7": 0 });
    expect(maxBoxAccV2).toEqual({ mean: 1, "0.3": 1, "0.5": 1, "0.7": 1 });
  });

  test("takes the best of several true boxes", async () => {
    const metric = new MaxBoxAcc({ step: 0.5 });
    await metric.update(one, [[[0, 0, 1, 1], WIDE]]);
    expect(metric.compute().maxBoxAcc["0.7"]).toBe(1);
  });

  test("counts Top-1 Loc where the class is right as well", async () => {
    const metric = new MaxBoxAcc({ step: 0.1, extraThresholds: [0.15, 0.6] });
    await metric.update(squares(4), everyImage(4, WIDE), [true, false, 1, 0]);
    const { gtKnownLoc, top1Loc, atThreshold, curves } = metric.compute();
    expect([gtKnownLoc, top1Loc]).toEqual([1, 0.5]);
    expect(curves.top1?.[0]).toBe(0.5);
    expect(atThreshold).toMatchObject([
      { threshold: 0.15, gtKnownLoc: 1, top1Loc: 0.5, maxBoxAcc: { "0.3": 1, "0.5": 1, "0.7": 1 } },
      { threshold: 0.6, gtKnownLoc: 0, top1Loc: 0 },
    ]);
  });

  test("applies an extra threshold as it is, not snapped to the grid", async () => {
    // Level 127 of 255: 0.4985 names it, 0.498 and 0.499 of a grid would not.
    const metric = new MaxBoxAcc({ step: 1, extraThresholds: [0.497, 0.4985] });
    await metric.update(one, [[BRIGHT]]);
    expect(metric.compute().atThreshold.map(({ gtKnownLoc }) => gtKnownLoc)).toEqual([0, 1]);
  });

  test("agrees with boxesFromScoreMap at every threshold, per image", async () => {
    const step = 0.07;
    const maps = squares(6);
    for (let pixel = 0; pixel < maps.data.length; pixel++) maps.data[pixel]! *= ((pixel * 7919) % 13) / 12;
    const truth = everyImage(6, BRIGHT, [0, 0, 6, 3]);
    const metric = new MaxBoxAcc({ step });
    const { largestIou, allHits } = await metric.updatePerImage(maps, truth);
    const grid = thresholdGrid(step);
    const best = (boxes: readonly Box[], image: number) =>
      Math.max(...boxes.flatMap((box) => truth[image]!.map((other) => intersectionOverUnion(box, other))));
    for (let image = 0; image < 6; image++) {
      const map = maps.data.subarray(image * SIDE * SIDE, (image + 1) * SIDE * SIDE);
      for (const [index, threshold] of grid.entries()) {
        const boxes = (rule: "largest" | "all") =>
          boxesFromScoreMap(map, { width: SIDE, height: SIDE, threshold, rule });
        const at = image * grid.length + index;
        expect(largestIou[at]).toBe(best(boxes("largest"), image));
        const all = best(boxes("all"), image);
        expect([...allHits.subarray(at * 3, at * 3 + 3)]).toEqual(LEVELS.map((level) => Number(all >= Number(level))));
      }
    }
  });

  test("gives the same for any number of threads, any batches, and merged parts", async () => {
    const whole = new MaxBoxAcc({ step: 0.01, threads: 1 });
    await whole.update(squares(10), everyImage(10, BRIGHT));
    const part = new MaxBoxAcc({ step: 0.01, threads: 3 });
    const rest = new MaxBoxAcc({ step: 0.01, threads: 0 });
    const { data } = squares(10);
    const batch = (from: number, to: number) => ({
      ...squares(to - from),
      data: Float32Array.from(data.subarray(from * SIDE * SIDE, to * SIDE * SIDE)),
    });
    await Promise.all([
      part.update(batch(0, 3), everyImage(3, BRIGHT)),
      rest.update(batch(3, 4), everyImage(1, BRIGHT)),
      rest.update(batch(4, 10), everyImage(6, BRIGHT)),
    ]);
    part.merge(rest);
    expect(part.compute()).toEqual(whole.compute());
  });

  test("leaves the event loop free and keeps the maps alive while it counts", async () => {
    const metric = new MaxBoxAcc();
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await Promise.all(Array.from({ length: 20 }, () => metric.update(squares(200), everyImage(200, WIDE))));
    clearInterval(timer);
    expect(metric.compute()).toMatchObject({ images: 4000, gtKnownLoc: 1 });
    expect(turns).toBeGreaterThan(0);
  });

  test("takes an empty batch", async () => {
    const metric = new MaxBoxAcc();
    await metric.update({ ...one, data: new Float64Array(0), count: 0 }, []);
    await metric.update(one, [[WIDE]], [true]);
    expect(metric.compute().top1Loc).toBe(1);
  });

  test("rejects a map with NaN or outside [0, 1] naming the image, and counts nothing", async () => {
    const metric = new MaxBoxAcc();
    for (const wrong of [Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY]) {
      const maps = squares(3);
      maps.data[2 * SIDE * SIDE + 5] = wrong;
      const error = await caught(() => metric.update(maps, everyImage(3, WIDE)));
      expect(error).toMatchObject({ name: "WsolError", code: "ERR_WSOL_SCORE_MAP", details: { index: 2 } });
    }
    expect(await caught(() => metric.compute())).toMatchObject({ code: "ERR_WSOL_DATA" });
  });

  test("rejects updates with predictions after updates without, until reset", async () => {
    const metric = new MaxBoxAcc();
    await metric.update(one, [[WIDE]]);
    const error = await caught(() => metric.update(one, [[WIDE]], [1]));
    expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter: "correct" } });
    const other = new MaxBoxAcc();
    await other.update(one, [[WIDE]], [1]);
    expect(await caught(() => metric.merge(other))).toMatchObject({ code: "ERR_WSOL_ARGUMENT" });
    metric.reset();
    metric.merge(other);
    expect(metric.compute()).toMatchObject({ images: 1, top1Loc: 1 });
  });

  test("a rejected update decides nothing: the next may come with predictions, or without", async () => {
    const metric = new MaxBoxAcc();
    const wrong = { ...one, data: new Float64Array(one.data.length).fill(2) };
    await caught(() => metric.update(wrong, [[WIDE]]));
    await metric.update(one, [[WIDE]], [1]);
    expect(metric.compute()).toMatchObject({ images: 1, top1Loc: 1 });
    metric.reset();
    await caught(() => metric.update(wrong, [[WIDE]], [1]));
    await metric.update(one, [[WIDE]]);
    expect(metric.compute()).toMatchObject({ images: 1, top1Loc: null });
  });

  test("reads the maps at the call: what is written to them or transferred afterwards changes nothing", async () => {
    const expected = new MaxBoxAcc();
    await expected.update(squares(40), everyImage(40, BRIGHT));
    for (const spoil of [
      ({ data }: typeof one) => data.fill(Number.NaN),
      ({ data }: typeof one) => structuredClone(data, { transfer: [data.buffer as ArrayBuffer] }),
    ]) {
      const metric = new MaxBoxAcc();
      const maps = squares(40);
      const update = metric.update(maps, everyImage(40, BRIGHT));
      spoil(maps);
      await update;
      expect(metric.compute()).toEqual(expected.compute());
    }
  });

  test.each<[string, unknown[], string]>([
    ["no maps", [], "maps"],
    ["maps without data", [{ count: 1, height: 2, width: 2 }, [[WIDE]]], "maps.data"],
    ["maps of integers", [{ ...one, data: new Uint8Array(144) }, [[WIDE]]], "maps.data"],
    ["fewer values than the sizes say", [{ ...one, count: 2 }, [[WIDE], [WIDE]]], "maps.data"],
    ["a negative count", [{ ...one, count: -1 }, []], "maps.count"],
    ["a height that is a string", [{ ...one, height: "12" }, [[WIDE]]], "maps.height"],
    ["no boxes", [one], "boxes"],
    ["fewer lists of boxes than images", [one, []], "boxes"],
    ["an image without a box", [one, [[]]], "boxes[0]"],
    ["a box of three numbers", [one, [[[1, 2, 3]]]], "boxes[0][0]"],
    ["a box of fractions", [one, [[[1, 2, 3, 4.5]]]], "boxes[0][0]"],
    ["a box beyond 32 bits", [one, [[[0, 0, 0, 2 ** 31]]]], "boxes[0][0]"],
    ["fewer predictions than images", [one, [[WIDE]], []], "correct"],
    ["predictions that are no list", [one, [[WIDE]], 1], "correct"],
  ])("rejects %s", async (_, args, parameter) => {
    const metric = new MaxBoxAcc();
    const error = await caught(() => metric.update(...(args as Parameters<MaxBoxAcc["update"]>)));
    expect(error).toMatchObject({ name: "WsolError", code: "ERR_WSOL_ARGUMENT", details: { parameter } });
  });

  test.each<[unknown, string]>([
    [{ step: 0 }, "step"],
    [{ step: "0.1" }, "step"],
    [{ threads: -1 }, "threads"],
    [{ threads: 1.5 }, "threads"],
    [{ extraThresholds: [1.2] }, "extraThresholds"],
    [{ extraThresholds: 0.15 }, "extraThresholds"],
  ])("rejects the options %p", async (options, parameter) => {
    const error = await caught(() => new MaxBoxAcc(options as MaxBoxAccOptions));
    expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter } });
  });

  test("rejects merging what is no MaxBoxAcc, or one of other thresholds", async () => {
    const metric = new MaxBoxAcc({ step: 0.1 });
    for (const other of [
      null,
      {},
      new MaxBoxAcc({ step: 0.2 }),
      new MaxBoxAcc({ step: 0.1, extraThresholds: [0.5] }),
    ]) {
      const error = await caught(() => metric.merge(other as MaxBoxAcc));
      expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter: "other" } });
    }
  });
});

describe("the native MaxBoxAcc", () => {
  const addon = loadMetricsAddon();
  const options = { step: 0.1, extraThresholds: new Float64Array(0), threads: 1 };

  test("rejects merging a foreign object, a native one of another class included", () => {
    const native = new addon.MaxBoxAcc(options);
    for (const other of [undefined, {}, new addon.PixelAp(options), Object.create(native), new Float64Array(1)]) {
      expect(() => native.merge(other as never)).toThrow(expect.objectContaining({ code: "ERR_WSOL_ARGUMENT" }));
    }
  });

  test("refuses methods taken off it or off PixelAp and called on another object", async () => {
    for (const { prototype } of [addon.MaxBoxAcc, addon.PixelAp]) {
      for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
        const foreign =
          prototype === addon.PixelAp.prototype ? new addon.MaxBoxAcc(options) : new addon.PixelAp(options);
        for (const receiver of [foreign, {}, undefined, prototype]) {
          if (name === "constructor") continue;
          const { code, message } = await caught(() => value.call(receiver));
          expect([name, code]).toEqual([name, "ERR_WSOL_ARGUMENT"]);
          expect(message).toMatch(/^expected a (MaxBoxAcc|PixelAp) for 'this', got /);
        }
      }
    }
  });

  test("reads arrays before a getter can transfer them", async () => {
    const maps = squares(3);
    const boxes = Int32Array.of(1, 1, 8, 8, 1, 1, 8, 8, 1, 1, 8, 8);
    const targets = {
      get truth() {
        structuredClone(maps.data, { transfer: [maps.data.buffer as ArrayBuffer] });
        return { boxes, offsets: Int32Array.of(0, 1, 2, 3) };
      },
      correct: null,
    };
    const native = new addon.MaxBoxAcc(options);
    await native.update(maps, targets);
    expect([maps.data.length, native.counts().images, native.counts().largest[0]]).toEqual([0, 3, 3]);
  });

  test("rejects boxes whose offsets do not fit them", async () => {
    const native = new addon.MaxBoxAcc(options);
    for (const offsets of [Int32Array.of(0, 2), Int32Array.of(0, -1), Int32Array.of(1, 1), Int32Array.of(0)]) {
      const truth = { boxes: Int32Array.of(0, 0, 1, 1), offsets };
      expect(await caught(() => native.update(one, { truth, correct: null }))).toMatchObject({
        code: "ERR_WSOL_ARGUMENT",
      });
    }
  });
});
