import { logAxis } from "../../../../lib/report/charts/log-axis";
import {
  extent,
  linearScale,
  logScale,
  logTicks,
  logTickText,
  niceTicks,
  thinTicks,
  tickFormat,
  wholeTicks,
} from "../../../../lib/report/charts/scale";

test("a linear scale maps the ends to the ends, and a domain of no width to the middle", () => {
  const scale = linearScale([10, 20], [0, 100]);
  expect([scale(10), scale(15), scale(20)]).toEqual([0, 50, 100]);
  expect(linearScale([3, 3], [0, 100])(3)).toBe(50);
});

test.each([
  [[0, 1], 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [[0.13, 0.87], 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [[0, 0.3], 3, [0, 0.1, 0.2, 0.3]],
  [[-3, 12], 3, [-5, 0, 5, 10, 15]],
  [[1e-7, 3e-7], 2, [1e-7, 2e-7, 3e-7]],
] as const)("round ticks of %j span the domain", (domain, count, expected) => {
  expect(niceTicks([...domain] as [number, number], count)).toEqual(expected);
});

test.each([
  [[1, 20], 6, [1, 5, 10, 15, 20]],
  [[1, 3], 6, [1, 2, 3]],
  [[1, 1], 6, [1]],
  [[1, 100], 5, [1, 20, 40, 60, 80, 100]],
] as const)("ticks of epochs %j are whole and begin at the first", (domain, count, expected) => {
  expect(wholeTicks([...domain] as [number, number], count)).toEqual(expected);
});

test("the extent passes over what is not finite", () => {
  expect(extent([Number.NaN, 3, Number.POSITIVE_INFINITY, -1])).toEqual([-1, 3]);
  expect(extent([Number.NaN])).toBeNull();
});

test("tick labels have as many decimals as tell them apart", () => {
  expect([0, 0.05, 0.1].map(tickFormat([0, 0.05, 0.1]))).toEqual(["0.00", "0.05", "0.10"]);
  expect([0, 20].map(tickFormat([0, 20]))).toEqual(["0", "20"]);
});

describe("logarithmic scales", () => {
  it("map powers of ten to equal steps", () => {
    const scale = logScale([0.01, 100], [0, 400]);
    expect([0.01, 0.1, 1, 10, 100].map((value) => Math.round(scale(value)))).toEqual([0, 100, 200, 300, 400]);
    expect(logScale([3, 3], [0, 400])(3)).toBe(200);
  });

  it("have ticks at powers of ten, and at 2 and 5 times them where the domain spans few", () => {
    expect(logTicks([0.0008, 3.75])).toEqual([0.001, 0.01, 0.1, 1]);
    expect(logTicks([0.3, 4])).toEqual([0.5, 1, 2]);
    expect(logTicks([1e-5, 1e-2])).toEqual([1e-5, 1e-4, 1e-3, 1e-2]);
  });

  it.each([
    [0, "0"],
    [0.001, "0.001"],
    [0.5, "0.5"],
    [1000, "1000"],
    [0.0001, "10⁻⁴"],
    [0.00002, "2·10⁻⁵"],
    [1e12, "10¹²"],
  ])("write %f as %s", (tick, text) => {
    expect(logTickText(tick)).toBe(text);
  });

  it("drop labels that would touch: every second, every third", () => {
    const at = (tick: number) => tick * 10;
    const ticks = [0, 1, 2, 3, 4, 5, 6];
    expect(thinTicks(ticks, at, () => 6, 4)).toEqual(ticks);
    expect(thinTicks(ticks, at, () => 7, 4)).toEqual([0, 2, 4, 6]);
    expect(thinTicks(ticks, at, () => 20, 4)).toEqual([0, 3, 6]);
    expect(thinTicks(ticks, at, () => 500, 4)).toEqual([0]);
    expect(thinTicks([], at, () => 5, 4)).toEqual([]);
  });
});

describe("a logarithmic axis", () => {
  it("has zero apart at its left, and a gap between", () => {
    const { x, ticks, gap } = logAxis({ label: "λ", domain: [0, 1], positive: 0.01 }, [50, 500]);
    // Powers from 50 + 64 to 500, between 0.008 and 1.25: 2.1938 powers of ten on 386.
    expect(x(0)).toBe(66);
    expect(x(0.1)).toBeCloseTo(114 + (386 * Math.log10(12.5)) / Math.log10(156.25), 9);
    expect(ticks.map(({ text }) => text)).toEqual(["0", "0.01", "0.1", "1"]);
    expect(gap).toBe(90);
  });

  it("is whole without a zero", () => {
    const { x, ticks, gap } = logAxis({ label: "λ", domain: [0.1, 10] }, [0, 100]);
    expect(gap).toBeNull();
    expect(x(1)).toBeCloseTo(50, 9);
    expect(ticks.map(({ text }) => text)).toEqual(["0.1", "1", "10"]);
  });
});
