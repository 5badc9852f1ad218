import { lineChart } from "../../../../lib/report/charts/line-chart";
import type { Point, Series } from "../../../../lib/report/charts/series";

const draw = (series: readonly Series[]) =>
  lineChart({ title: "Loss", x: { label: "epoch", kind: "whole" }, y: { label: "loss" }, series })?.text;

const line = (points: readonly Point[], index = 0): Series => ({ name: `run ${index}`, index, points });

/** The `d` of each path. */
const pathsOf = (svg: string | undefined) => [...(svg ?? "").matchAll(/ d="([^"]*)"/g)].map((match) => match[1]);

describe("a line chart", () => {
  it("joins the points in order, from left to right and bottom to top", () => {
    const [path] = pathsOf(
      draw([
        line([
          [1, 0],
          [3, 1],
        ]),
      ]),
    );
    const [, x0, y0, x1, y1] = /^M(\S+) (\S+)L(\S+) (\S+)$/.exec(path!)!.map(Number);
    expect(x1).toBeGreaterThan(x0!);
    expect(y1).toBeLessThan(y0!);
  });

  it("leaves a gap at a point that is not finite", () => {
    const [path] = pathsOf(
      draw([
        line([
          [1, 0],
          [2, 1],
          [3, Number.NaN],
          [4, 1],
          [5, 0],
        ]),
      ]),
    );
    expect(path!.match(/M/g)).toHaveLength(2);
    expect(path).not.toContain("NaN");
  });

  it("has a line per run, in the run's colour, dashed from the ninth on", () => {
    const svg = draw(
      Array.from({ length: 10 }, (_, index) =>
        line(
          [
            [1, index],
            [2, 0],
          ],
          index,
        ),
      ),
    )!;
    expect(svg).toContain('class="line s7 d0"');
    expect(svg).toContain('class="line s0 d1"');
  });

  it("draws a single point without fail", () => {
    expect(draw([line([[1, 2.5]])])).not.toMatch(/NaN|Infinity/);
  });

  it("is left out when nothing can be drawn", () => {
    expect(draw([line([]), line([[1, Number.NaN]], 1)])).toBeUndefined();
  });

  it("escapes the names of runs", () => {
    expect(draw([{ ...line([[1, 1]]), name: "<b>&" }])).not.toContain("<b>&");
  });
});

describe("error bars", () => {
  const bars = (svg: string | undefined) =>
    [...(svg ?? "").matchAll(/class="bar[^"]*" d="([^"]*)"/g)].map((match) => match[1]);

  it("reach to both sides of a point, with caps, and are inside the axes", () => {
    const points: Point[] = [
      [1, 0],
      [3, 1],
    ];
    const svg = draw([{ ...line(points), deviations: [{ x: null, y: 0.5 }, null] }]);
    // From -0.5 to 0.5 on an axis from -0.5 to 1, which is 244 high.
    expect(bars(svg)).toEqual(["M52 256V93.3M49 256H55M49 93.3H55"]);
  });

  it("lie across too where the abscissa was measured, and are left out where nothing is known", () => {
    const deviations = [
      { x: 1, y: null },
      { x: null, y: null },
    ];
    const points: Point[] = [
      [2, 0],
      [3, 1],
    ];
    expect(bars(draw([{ ...line(points), deviations }]))).toHaveLength(1);
    expect(bars(draw([line(points)]))).toEqual([]);
  });
});
