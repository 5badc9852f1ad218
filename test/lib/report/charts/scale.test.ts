import { extent, linearScale, niceTicks, tickFormat, wholeTicks } from "../../../../lib/report/charts/scale";

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
