import { PixelAp, type PixelApOptions } from "../../../lib/metrics/pixel-ap";
import { caught } from "../../support/caught";

/** One row of pixels per image. */
function rows(...images: readonly (readonly number[])[]) {
  return { data: Float64Array.from(images.flat()), count: images.length, height: 1, width: images[0]!.length };
}

/** PxAP by its definition: at each threshold, over the pixels at or above it. */
function byDefinition(scores: readonly number[], isForeground: readonly boolean[], step: number): number {
  const total = isForeground.filter(Boolean).length;
  const edges = [...Array.from({ length: Math.ceil(1 / step) }, (_, index) => index * step), 1];
  let [pxap, lastRecall] = [0, 0];
  for (const edge of edges.reverse()) {
    const chosen = scores.flatMap((score, pixel) => (score >= edge ? [isForeground[pixel]!] : []));
    if (chosen.length === 0) continue;
    const hits = chosen.filter(Boolean).length;
    pxap += (hits / chosen.length) * (hits / total - lastRecall);
    lastRecall = hits / total;
  }
  return pxap;
}

describe("PixelAp", () => {
  test("is 1 where every foreground pixel lies above every other", async () => {
    const metric = new PixelAp({ step: 0.1 });
    await metric.update(rows([0.9, 0.8, 0.2, 0]), Uint8Array.of(1, 1, 0, 0));
    const { pxap, pixels, curve } = metric.compute();
    expect([pxap, pixels]).toEqual([1, { foreground: 2, background: 2 }]);
    expect(curve.precision[0]).toBe(0.5);
    expect(curve.recall[8]).toBe(1);
    expect(curve.recall[9]).toBe(0.5);
  });

  test("sums precision times the growth of recall, without interpolation", async () => {
    const metric = new PixelAp({ step: 0.5 });
    await metric.update(rows([1, 1, 0.6, 0.1]), Uint8Array.of(1, 0, 1, 1));
    expect(metric.compute().pxap).toBeCloseTo((1 / 2) * (1 / 3) + (2 / 3) * (1 / 3) + (3 / 4) * (1 / 3), 12);
  });

  test("agrees with its definition on pixels of many images pooled", async () => {
    const step = 0.03;
    const scores = Array.from({ length: 4000 }, (_, pixel) => ((pixel * 7919) % 1009) / 1008);
    const isForeground = scores.map((score, pixel) => ((pixel * 104729) % 1000) / 1000 < score * 0.6);
    const metric = new PixelAp({ step, threads: 2 });
    const masks = Uint8Array.from(isForeground, Number);
    await metric.update(
      { data: Float64Array.from(scores.slice(0, 1000)), count: 10, height: 10, width: 10 },
      masks.subarray(0, 1000),
    );
    await metric.update(
      { data: Float64Array.from(scores.slice(1000)), count: 3, height: 100, width: 10 },
      masks.subarray(1000),
    );
    expect(metric.compute().pxap).toBeCloseTo(byDefinition(scores, isForeground, step), 12);
  });

  test("tells the pixels of each image per bin, and counts the same", async () => {
    const metric = new PixelAp({ step: 0.5 });
    const counts = await metric.updatePerImage(rows([0.1, 0.9], [0.2, 1]), Uint8Array.of(1, 0, 255, 1));
    // Bins from 0, 0.5, 1 and 2; of each image the foreground first.
    expect([...counts]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
    expect(metric.compute().pixels).toEqual({ foreground: 2, background: 1 });
    await expect(metric.updatePerImage(rows([0.1, 2]), Uint8Array.of(1, 0))).rejects.toThrow("from 0 to 1");
    expect(metric.compute().pixels).toEqual({ foreground: 2, background: 1 });
  });

  test("drops ignored pixels", async () => {
    const metric = new PixelAp({ step: 0.1 });
    await metric.update(rows([0.9, 1, 0.2]), Uint8Array.of(1, 255, 0));
    expect(metric.compute()).toMatchObject({ pxap: 1, pixels: { foreground: 1, background: 1 } });
  });

  test("merges to what one accumulator counts, and forgets at reset", async () => {
    const [one, other, both] = [new PixelAp(), new PixelAp({ threads: 1 }), new PixelAp()];
    const first = rows([0.1, 0.9], [0.4, 0.5]);
    const second = rows([0.3, 0.7]);
    await Promise.all([one.update(first, Uint8Array.of(0, 1, 1, 0)), other.update(second, Uint8Array.of(1, 0))]);
    await both.update(first, Uint8Array.of(0, 1, 1, 0));
    await both.update(second, Uint8Array.of(1, 0));
    one.merge(other);
    expect(one.compute()).toEqual(both.compute());
    one.reset();
    expect(await caught(() => one.compute())).toMatchObject({ code: "ERR_WSOL_DATA" });
  });

  test("throws ERR_WSOL_DATA where no mask has foreground", async () => {
    const metric = new PixelAp();
    await metric.update(rows([0.1, 0.9]), Uint8Array.of(0, 255));
    expect(await caught(() => metric.compute())).toMatchObject({ code: "ERR_WSOL_DATA", details: { background: 1 } });
  });

  test("rejects a wrong map or mask naming the image, and counts nothing", async () => {
    const metric = new PixelAp();
    const maps = rows([0.1, 0.9], [Number.NaN, 0.5]);
    const error = await caught(() => metric.update(maps, Uint8Array.of(1, 0, 1, 0)));
    expect(error).toMatchObject({ code: "ERR_WSOL_SCORE_MAP", details: { index: 1 } });
    const masks = Uint8Array.of(1, 0, 1, 7);
    expect(await caught(() => metric.update(rows([0.1, 0.9], [0, 0.5]), masks))).toMatchObject({
      code: "ERR_WSOL_MASK",
      details: { index: 1 },
    });
    expect(await caught(() => metric.compute())).toMatchObject({ code: "ERR_WSOL_DATA" });
  });

  test("reads its arrays at the call: what is written to them or transferred afterwards changes nothing", async () => {
    const side = 200;
    const make = () => ({
      maps: {
        data: Float64Array.from({ length: side * side }, (_, pixel) => ((pixel * 7919) % 1009) / 1008),
        ...{ count: 1, height: side, width: side },
      },
      masks: Uint8Array.from({ length: side * side }, (_, pixel) => pixel % 2),
    });
    const expected = new PixelAp();
    const untouched = make();
    await expected.update(untouched.maps, untouched.masks);
    for (const spoil of [
      (array: Float64Array | Uint8Array) => array.fill(-1),
      (array: Float64Array | Uint8Array) => structuredClone(array, { transfer: [array.buffer as ArrayBuffer] }),
    ]) {
      const metric = new PixelAp();
      const { maps, masks } = make();
      const update = metric.update(maps, masks);
      spoil(maps.data);
      spoil(masks);
      await update;
      expect(metric.compute()).toEqual(expected.compute());
    }
  });

  test.each<[string, unknown[], string]>([
    ["no maps", [null, Uint8Array.of(1)], "maps"],
    ["no masks", [rows([0.5])], "masks"],
    ["masks of another type", [rows([0.5]), Float64Array.of(1)], "masks"],
    ["masks of another size", [rows([0.5]), Uint8Array.of(1, 1)], "masks"],
  ])("rejects %s", async (_, args, parameter) => {
    const error = await caught(() => new PixelAp().update(...(args as Parameters<PixelAp["update"]>)));
    expect(error).toMatchObject({ name: "WsolError", code: "ERR_WSOL_ARGUMENT", details: { parameter } });
  });

  test("rejects wrong options, and merging what is no PixelAp or has another step", async () => {
    expect(await caught(() => new PixelAp({ step: 2 }))).toMatchObject({ details: { parameter: "step" } });
    expect(await caught(() => new PixelAp({ threads: "2" } as unknown as PixelApOptions))).toMatchObject({
      details: { parameter: "threads" },
    });
    for (const other of [undefined, {}, new PixelAp({ step: 0.5 })]) {
      const error = await caught(() => new PixelAp().merge(other as PixelAp));
      expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter: "other" } });
    }
  });
});
