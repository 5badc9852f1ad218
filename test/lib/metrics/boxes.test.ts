import { type BoxesOptions, boxesFromScoreMap, scaleBoxToMap } from "../../../lib/metrics/boxes";
import { normaliseScoreMap } from "../../../lib/metrics/normalise-score-map";
import { thresholdGrid } from "../../../lib/metrics/threshold-grid";
import { caught } from "../../support/caught";

/** A map drawn in rows: '.' is 0, a digit d is d / 9. */
function drawn(...rows: readonly string[]): { map: Float64Array; width: number; height: number } {
  const pixels = [...rows.join("")].map((pixel) => (pixel === "." ? 0 : Number(pixel) / 9));
  return { map: Float64Array.from(pixels), width: rows[0]!.length, height: rows.length };
}

const boxesOf = (rows: readonly string[], options: Partial<BoxesOptions> = {}) => {
  const { map, width, height } = drawn(...rows);
  return boxesFromScoreMap(map, { width, height, threshold: 0, ...options });
};

describe("boxesFromScoreMap", () => {
  test("ends a box one pixel after the component, unless the map ends before", () => {
    const rows = ["......", ".99...", ".99.99", "....99"];
    expect(boxesOf(rows, { rule: "all" })).toEqual([
      [1, 1, 3, 3],
      [4, 2, 5, 3],
    ]);
  });

  test("takes the largest contour by default, the last in raster order on ties", () => {
    expect(boxesOf(["9.9.9", "....."])).toEqual([[4, 0, 4, 1]]);
    expect(boxesOf(["99999", ".....", "99...", "99..."])).toEqual([[0, 2, 2, 3]]);
  });

  test("fills holes before it compares areas, and boxes each hole under the rule 'all'", () => {
    const ring = ["99999......", "9...9.9999.", "9...9.9999.", "9...9.9999.", "99999.9999."];
    expect(boxesOf(ring)).toEqual([[0, 0, 5, 4]]);
    expect(boxesOf(ring, { rule: "all" })).toEqual([
      [0, 0, 5, 4],
      [0, 0, 5, 4],
      [6, 1, 10, 4],
    ]);
  });

  test("counts as foreground what lies strictly above the threshold, relative to the maximum", () => {
    const rows = ["1...", "..3.", "...."];
    expect(boxesOf(rows, { threshold: 0.3, rule: "all" })).toEqual([
      [0, 0, 1, 1],
      [2, 1, 3, 2],
    ]);
    // 28 of 85 is trunc(0.34 * 85): no longer above.
    expect(boxesOf(rows, { threshold: 0.34, rule: "all" })).toEqual([[2, 1, 3, 2]]);
    expect(boxesOf(rows, { threshold: 1 })).toEqual([[0, 0, 0, 0]]);
  });

  test("gives the box [0, 0, 0, 0] where nothing is foreground, and the one pixel of a 1x1 map", () => {
    expect(boxesOf(["...", "..."])).toEqual([[0, 0, 0, 0]]);
    expect(boxesOf(["..."], { rule: "all" })).toEqual([[0, 0, 0, 0]]);
    expect(boxesOf(["..."], { rule: "extent" })).toEqual([]);
    expect(boxesOf(["9"])).toEqual([[0, 0, 0, 0]]);
  });

  test("takes single precision", () => {
    const { map, width, height } = drawn("....", ".99.", "....");
    expect(boxesFromScoreMap(Float32Array.from(map), { width, height, threshold: 0.5 })).toEqual([[1, 1, 3, 2]]);
  });

  test.each([
    [Number.NaN, "NaN in row 1, column 2"],
    [1.0000000000000002, "1.0000000000000002 in row 1, column 2"],
    [-0.5, "-0.5 in row 1, column 2"],
  ])("rejects a map that holds %d, and names the place", async (value, place) => {
    const map = new Float64Array(6);
    map[5] = value;
    const error = await caught(() => boxesFromScoreMap(map, { width: 3, height: 2, threshold: 0.5 }));
    expect(error).toMatchObject({ code: "ERR_WSOL_SCORE_MAP", details: { index: 0 } });
    expect(error.message).toContain(place);
  });

  const map = new Float64Array(6);
  test.each<[string, unknown, unknown, string]>([
    ["an array as the map", [0, 1], { width: 2, height: 1, threshold: 0 }, "scoreMap"],
    ["a map of another type", new Uint8Array(6), { width: 3, height: 2, threshold: 0 }, "scoreMap"],
    ["a map of another size", map, { width: 3, height: 3, threshold: 0 }, "scoreMap"],
    ["a width of 0", new Float64Array(0), { width: 0, height: 3, threshold: 0 }, "width"],
    ["a height that is no integer", map, { width: 4, height: 1.5, threshold: 0 }, "height"],
    ["no options", map, undefined, "options"],
    ["no threshold", map, { width: 3, height: 2 }, "threshold"],
    ["a threshold above 1", map, { width: 3, height: 2, threshold: 1.5 }, "threshold"],
    ["a threshold that is NaN", map, { width: 3, height: 2, threshold: Number.NaN }, "threshold"],
    ["an unknown rule", map, { width: 3, height: 2, threshold: 0, rule: "first" }, "rule"],
  ])("rejects %s", async (_, scoreMap, options, parameter) => {
    const error = await caught(() => boxesFromScoreMap(scoreMap as Float64Array, options as BoxesOptions));
    expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter } });
  });
});

describe("scaleBoxToMap", () => {
  test("truncates coordinate * map side / image side", () => {
    expect(scaleBoxToMap([10, 20, 499, 332], [500, 333], [224, 224])).toEqual([4, 13, 223, 223]);
    expect(scaleBoxToMap([0, 0, 1, 1], [3, 3], [224, 112])).toEqual([0, 0, 74, 37]);
  });
});

describe("thresholdGrid", () => {
  test("multiplies in double precision and ends below 1", () => {
    const grid = thresholdGrid(0.01);
    expect([grid.length, grid[57], thresholdGrid(0.03).length, thresholdGrid(1).length]).toEqual([
      100, 0.5700000000000001, 34, 1,
    ]);
  });

  test.each([0, -1, 1.5, Number.NaN, 1e-9, "0.1"])("rejects a step of %p", async (step) => {
    const error = await caught(() => thresholdGrid(step as number));
    expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter: "step" } });
  });
});

describe("normaliseScoreMap", () => {
  test("reaches from 0 to 1 by minmax", () => {
    expect([...normaliseScoreMap(Float32Array.of(-1, 1, 3))]).toEqual([0, 0.5, 1]);
    expect([...normaliseScoreMap(Float64Array.of(-1, 1, 4), "max")]).toEqual([0, 0.25, 1]);
  });

  test("gives zeros for a constant map and for one with NaN", () => {
    expect([...normaliseScoreMap(Float64Array.of(2, 2))]).toEqual([0, 0]);
    expect([...normaliseScoreMap(Float64Array.of(2, Number.NaN), "ivr")]).toEqual([0, 0]);
  });

  test("leaves the map as it is", () => {
    const raw = Float64Array.of(4, 8);
    normaliseScoreMap(raw);
    expect([...raw]).toEqual([4, 8]);
  });

  test("rejects an unknown normalisation", async () => {
    const error = await caught(() => normaliseScoreMap(new Float64Array(2), "softmax" as "max"));
    expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter: "normalisation" } });
  });
});
