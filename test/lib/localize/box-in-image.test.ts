import { boxInImage } from "../../../lib/localize/localize";

describe("boxInImage", () => {
  test("keeps a box where map and image have the same size", () => {
    expect(boxInImage([3, 4, 50, 60], 224, 224, { width: 224, height: 224 })).toEqual([3, 4, 50, 60]);
  });

  test("scales each side by its own factor", () => {
    expect(boxInImage([10, 10, 100, 100], 200, 200, { width: 400, height: 100 })).toEqual([20, 5, 200, 50]);
  });

  test("the whole map gives a box inside the image", () => {
    for (const [width, height] of [
      [1, 1],
      [2, 500],
      [223, 225],
      [1024, 768],
    ] as const) {
      const [x0, y0, x1, y1] = boxInImage([0, 0, 223, 223], 224, 224, { width, height });
      expect([x0, y0]).toEqual([0, 0]);
      expect(x1).toBeLessThan(width);
      expect(y1).toBeLessThan(height);
    }
  });
});
