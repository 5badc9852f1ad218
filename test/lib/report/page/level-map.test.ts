import { boxesFromScoreMap } from "../../../../lib/metrics/boxes";
import { NORMALISATIONS, type Normalisation, normaliseScoreMap } from "../../../../lib/metrics/normalise-score-map";
import { resizeBicubic } from "../../../../lib/report/page/bicubic";
import { largestContourBox } from "../../../../lib/report/page/largest-contour";
import { levelMapOf, quantise, thresholdLevel } from "../../../../lib/report/page/level-map";
import { normaliseInPlace } from "../../../../lib/report/page/normalise";
import { decodeFloats } from "../../../../lib/report/page/raw-map";
import { randomNumbers } from "../../../support/random-numbers";

const random = randomNumbers(7);
const integer = (below: number) => Math.floor(random() * below);

/** Maps that have ties, plateaus, lines one pixel wide, holes and islands. */
const MAKERS: Readonly<Record<string, (size: number) => Float64Array>> = {
  noise: (size) => Float64Array.from({ length: size * size }, () => random()),
  "few levels": (size) => Float64Array.from({ length: size * size }, () => integer(4) / 3),
  "two levels": (size) => Float64Array.from({ length: size * size }, () => integer(2)),
  sparse: (size) => Float64Array.from({ length: size * size }, () => (random() < 0.15 ? 1 : 0)),
  dense: (size) => Float64Array.from({ length: size * size }, () => (random() < 0.85 ? 1 : 0)),
  smooth: (size) => {
    const [x0, y0, width] = [random() * size, random() * size, 1 + random() * size];
    return Float64Array.from({ length: size * size }, (_, at) =>
      Math.exp(-(((at % size) - x0) ** 2 + (Math.floor(at / size) - y0) ** 2) / width),
    );
  },
};

const THRESHOLDS = Array.from({ length: 101 }, (_, index) => index * 0.01);

function expectEvaluatorsBoxes(scores: Float64Array, size: number): void {
  const map = quantise(scores, size);
  for (const threshold of THRESHOLDS) {
    const [expected] = boxesFromScoreMap(scores, { width: size, height: size, threshold });
    const box = largestContourBox(map, threshold);
    if (box.join() !== expected!.join()) {
      throw new Error(`${box.join()} is not ${expected!.join()} at ${threshold} of ${size}: ${scores.join()}`);
    }
  }
}

describe("the box of the largest contour", () => {
  it.each(Object.keys(MAKERS))("is the evaluator's at every threshold of thirty maps: %s", (name) => {
    for (let map = 0; map < 30; map++) {
      const size = 1 + integer(16);
      expectEvaluatorsBoxes(MAKERS[name]!(size), size);
    }
  });

  it.each([
    ["all zeros", new Float64Array(25)],
    ["all ones", new Float64Array(25).fill(1)],
    ["one pixel", Float64Array.from({ length: 25 }, (_, at) => (at === 24 ? 1 : 0))],
    ["a ring", Float64Array.from({ length: 25 }, (_, at) => ([6, 7, 8, 11, 13, 16, 17, 18].includes(at) ? 1 : 0))],
  ])("is the evaluator's of a map of %s", (_, scores) => {
    expectEvaluatorsBoxes(scores, 5);
    expect(quantise(scores, 5).size).toBe(5);
  });

  it("is that of the component that comes last where areas are equal", () => {
    // Two lines one pixel wide, of area 0 both.
    const scores = Float64Array.of(1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
    expect(largestContourBox(quantise(scores, 4), 0.5)).toEqual([3, 2, 3, 3]);
  });
});

describe("levels", () => {
  it("are the truncated 255th parts, and thresholds relative to the largest", () => {
    const map = quantise(Float64Array.of(0, 0.5, 0.999, 0.8), 2);
    expect([...map.levels]).toEqual([0, 127, 254, 204]);
    expect(map.largest).toBe(254);
    // 0.57 * 254 = 144.78.
    expect(thresholdLevel(map, 0.57)).toBe(144);
  });
});

describe("normalisation in the page", () => {
  it.each(NORMALISATIONS)("%s equals that of the package on random maps, bit for bit", (normalisation) => {
    for (let map = 0; map < 200; map++) {
      const size = 1 + integer(12);
      const raw = Float64Array.from({ length: size * size }, () => (random() < 0.2 ? 0 : 20 * random() - 8));
      const own = raw.slice();
      normaliseInPlace(own, normalisation);
      expect(own).toEqual(normaliseScoreMap(raw, normalisation));
    }
  });

  it.each(
    NORMALISATIONS.flatMap((name): [Normalisation, string, Float64Array][] => [
      [name, "constant", new Float64Array(9).fill(3)],
      [name, "constant and negative", new Float64Array(9).fill(-3)],
      [name, "NaN in one pixel", Float64Array.of(1, 2, Number.NaN, 4)],
      [name, "infinite in one pixel", Float64Array.of(1, 2, Number.NEGATIVE_INFINITY, 4)],
      [name, "a single value", Float64Array.of(2)],
    ]),
  )("%s of a map that is %s is that of the package", (normalisation, _, raw) => {
    const own = raw.slice();
    normaliseInPlace(own, normalisation);
    expect(own).toEqual(normaliseScoreMap(raw, normalisation));
  });
});

describe("the level map of a raw map", () => {
  it.each(NORMALISATIONS)("is all zeros for an empty one under %s", (normalisation) => {
    const raw = { values: new Float32Array(4), width: 2, height: 2 };
    expect(levelMapOf(raw, 8, normalisation)).toEqual({ levels: new Uint8Array(64), size: 8, largest: 0 });
  });

  it("has the largest level where the raw map has its peak", () => {
    const raw = { values: Float32Array.of(0, 0, 0, 0, 5, 0, 0, 0, 0), width: 3, height: 3 };
    const map = levelMapOf(raw, 9, "minmax");
    expect(map.levels[4 * 9 + 4]).toBe(255);
    expect(map.largest).toBe(255);
  });

  it("is minmax's of what lies above 0 for max, whatever lies below", () => {
    const raw = { values: Float32Array.of(-7, 1, 2, 4), width: 2, height: 2 };
    expect([...levelMapOf(raw, 2, "max").levels]).toEqual([0, 63, 127, 255]);
  });
});

describe("resizing in the page", () => {
  it("is cubic with a = -0.75, half-pixel centres and a replicated border", () => {
    const row = { values: Float32Array.of(0, 1), width: 2, height: 1 };
    // By hand: positions -0.25, 0.25, 0.75 and 1.25.
    const expected = [-0.10546875, 0.2265625, 0.7734375, 1.10546875];
    expect([...resizeBicubic(row, 4)]).toEqual([...expected, ...expected, ...expected, ...expected]);
  });

  it("gives back what has the wanted size already", () => {
    const values = Float32Array.of(3, -1, 4, 1, -5, 9, 2, 6, 5);
    expect(resizeBicubic({ values, width: 3, height: 3 }, 3)).toEqual(Float64Array.from(values));
  });
});

describe("the floats of a base64 text", () => {
  it("are little-endian", () => {
    expect(decodeFloats("AACAPwAAAMA=")).toEqual(Float32Array.of(1, -2));
    expect(decodeFloats("")).toEqual(new Float32Array());
  });
});
