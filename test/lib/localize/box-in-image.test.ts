import { boxInImage } from "../../../lib/localize/box-in-image";

describe("boxInImage", () => {
  test("keeps first and last pixel where map and image have the same size", () => {
    expect(boxInImage([3, 4, 50, 60], 224, 224, { width: 224, height: 224 })).toEqual([3, 4, 50, 60]);
  });

  test("scales each side by its own factor, the last pixel by its far edge", () => {
    expect(boxInImage([10, 10, 99, 99], 200, 200, { width: 400, height: 100 })).toEqual([20, 5, 199, 49]);
  });

  test.each([
    [12_000, 9_000],
    [1024, 768],
    [223, 225],
    [2, 500],
    [1, 1],
  ])("the whole map gives the whole image of %i x %i", (width, height) => {
    expect(boxInImage([0, 0, 223, 223], 224, 224, { width, height })).toEqual([0, 0, width - 1, height - 1]);
  });

  test("a component that ends one pixel before the map's edge ends before the image's", () => {
    expect(boxInImage([0, 0, 222, 222], 224, 224, { width: 2240, height: 448 })).toEqual([0, 0, 2229, 445]);
  });

  test("keeps a pixel of the image for a component that is smaller than one", () => {
    expect(boxInImage([0, 220, 0, 223], 224, 224, { width: 5, height: 5 })).toEqual([0, 4, 0, 4]);
    expect(boxInImage([200, 200, 200, 200], 224, 224, { width: 1, height: 1 })).toEqual([0, 0, 0, 0]);
  });

  test("nothing found is the first pixel", () => {
    expect(boxInImage(undefined, 224, 224, { width: 2240, height: 448 })).toEqual([0, 0, 0, 0]);
  });
});
