import { differencesFrom, isIndistinguishable, type ResampledRun } from "../../../../lib/studies/study/sureness";

const figure = (value: number, resampled: number[] = new Array(1000).fill(value)) => ({
  value,
  resampled: Float64Array.from(resampled),
});
const run = (changes: Partial<ResampledRun>): ResampledRun => ({
  ...{ gtKnownAtVal: null, gtKnownLoc: null, pxap: null },
  ...changes,
});
const arm = (name: string, ...values: number[]) => ({
  name,
  runs: values.map((value) => run({ gtKnownAtVal: figure(value) })),
});

test("images are the same draws for both: what moves them together leaves no uncertainty", () => {
  const drawn = Array.from({ length: 1000 }, (_, draw) => draw / 1000);
  const spot = { name: "spot", runs: [run({ gtKnownLoc: figure(0.5, drawn) })] };
  const other = {
    name: "other",
    runs: [
      run({
        gtKnownLoc: figure(
          0.4,
          drawn.map((value) => value - 0.125),
        ),
      }),
    ],
  };
  const [difference] = differencesFrom(spot, [other]);
  expect(difference).toMatchObject({ arm: "other", figure: "gtKnownLoc" });
  expect(difference!.difference).toBeCloseTo(-0.1, 12);
  expect(difference!.low).toBeCloseTo(-0.125, 12);
  expect(difference!.high).toBeCloseTo(-0.125, 12);
  expect(isIndistinguishable(difference!)).toBe(false);
});

test("seeds are drawn with replacement: two seeds give three means, a quarter, a half and a quarter of the time", () => {
  const [difference] = differencesFrom(arm("spot", 0.5), [arm("other", 0.25, 0.75)]);
  // The percentiles 2.5 and 97.5 lie in the outer quarters.
  expect(difference).toEqual({ arm: "other", figure: "gtKnownAtVal", difference: 0, low: -0.25, high: 0.25 });
  expect(isIndistinguishable(difference!)).toBe(true);
});

test("an interval that ends at zero does not tell apart", () => {
  const difference = { arm: "a", figure: "pxap", difference: 0.1 } as const;
  expect(isIndistinguishable({ ...difference, low: 0, high: 0.2 })).toBe(true);
  expect(isIndistinguishable({ ...difference, low: 0.001, high: 0.2 })).toBe(false);
});

test("the figure is the first that all runs of both have", () => {
  const full = run({ gtKnownAtVal: figure(0.1), gtKnownLoc: figure(0.2), pxap: figure(0.3) });
  const noVal = run({ gtKnownLoc: figure(0.2), pxap: figure(0.3) });
  const onlyMasks = run({ pxap: figure(0.3) });
  const spot = { name: "spot", runs: [full, full] };
  const others = [
    { name: "all", runs: [full, full] },
    { name: "one without val's", runs: [full, noVal] },
    { name: "masks", runs: [onlyMasks, full] },
    { name: "nothing", runs: [run({})] },
  ];
  expect(differencesFrom(spot, others).map(({ arm: name, figure: by }) => [name, by])).toEqual([
    ["all", "gtKnownAtVal"],
    ["one without val's", "gtKnownLoc"],
    ["masks", "pxap"],
  ]);
});

test("the same arms give the same interval again", () => {
  const compute = () => differencesFrom(arm("spot", 0.5, 0.6, 0.8), [arm("other", 0.25, 0.75, 0.3)]);
  expect(compute()).toEqual(compute());
});
