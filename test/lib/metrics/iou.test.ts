import { intersectionOverUnion } from "../../../lib/metrics/iou";

describe("intersectionOverUnion", () => {
  test.each([
    ["a box with itself is 1", [2, 3, 5, 9], [2, 3, 5, 9], 1],
    ["a single pixel has the area 1", [4, 4, 4, 4], [4, 4, 4, 4], 1],
    ["boxes that share one column of pixels, since x1 is inclusive", [0, 0, 4, 9], [4, 0, 8, 9], 10 / 90],
    ["neighbours that share no pixel are 0", [0, 0, 4, 9], [5, 0, 9, 9], 0],
    ["boxes apart are 0", [0, 0, 1, 1], [10, 10, 12, 12], 0],
    ["half of the other", [0, 0, 9, 9], [0, 0, 9, 4], 0.5],
    ["a box without area against another is 0", [5, 5, 4, 4], [5, 5, 4, 4], 0],
  ] as const)("%s", (_, a, b, expected) => {
    expect(intersectionOverUnion(a, b)).toBeCloseTo(expected, 15);
    expect(intersectionOverUnion(b, a)).toBe(intersectionOverUnion(a, b));
  });
});
