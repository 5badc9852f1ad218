import type { Box } from "../../../../lib/data/split";
import { type Asked, FILTERS, isFarLarger, keptImages } from "../../../../lib/report/page/filters";
import type { Finding, GalleryEntry } from "../../../../lib/report/page/gallery-data";
import { ORDERS, sortImages } from "../../../../lib/report/page/orders";

const finding = (changes: Partial<Finding> = {}): Finding => ({
  map: "",
  mapWidth: 1,
  mapHeight: 1,
  predicted: "heron",
  isRight: true,
  probability: 0.9,
  entropy: 0.1,
  box: [0, 0, 9, 9],
  iou: 0.5,
  ...changes,
});

const entry = (id: string, ...found: (Finding | null)[]): GalleryEntry => ({
  id,
  label: "heron",
  width: 200,
  height: 100,
  boxes: [[0, 0, 99, 99]],
  thumbnail: "",
  found,
});

const BOTH: Asked = { first: 0, second: 1, size: 100 };
const ONE: Asked = { first: 0, second: null, size: 100 };
const ofIou = (...ious: (number | null)[]) => ious.map((iou, at) => entry(`${at}`, finding({ iou })));

describe("the filters of the gallery", () => {
  it("keep the quarter with the lowest and with the highest IoU, rounded up, of images that have one", () => {
    const images = ofIou(0.5, 0.1, null, 0.9, 0.3, 0.7);
    expect(keptImages(images, "worst", ONE)).toEqual([1, 4]);
    expect(keptImages(images, "best", ONE)).toEqual([3, 5]);
  });

  it("keep what one run localizes and the other does not, at an IoU of 0.5 or more", () => {
    const pair = (first: number | null, second: number | null) =>
      entry("x", finding({ iou: first }), finding({ iou: second }));
    const images = [pair(0.5, 0.49), pair(0.49, 0.5), pair(0.6, 0.7), pair(0.1, 0.2), pair(0.9, null)];
    expect(keptImages(images, "first-right", BOTH)).toEqual([0]);
    expect(keptImages(images, "second-right", BOTH)).toEqual([1]);
    expect(keptImages(images, "first-right", { ...BOTH, first: 1, second: 0 })).toEqual([1]);
    expect(keptImages(images, "first-right", ONE)).toEqual([]);
  });

  it("keep the images whose predicted class is wrong", () => {
    const images = [entry("a", finding({ isRight: false })), entry("b", finding()), entry("c", null)];
    expect(keptImages(images, "wrong-class", ONE)).toEqual([0]);
  });

  it.each(FILTERS)("%s takes runs without a finding and images without boxes", (filter) => {
    const images = [entry("a", null, null), { ...entry("b", finding({ iou: null })), boxes: null }];
    expect(keptImages(images, filter, BOTH)).toEqual(filter === "all" ? [0, 1] : []);
  });
});

describe("a box far larger than the object", () => {
  // The true box covers 50 x 100 pixels of a map of 100 x 100.
  const isLarger = (box: Box) => isFarLarger(entry("a"), finding({ box }), 100);

  it("has twice its area or more and holds four fifths of it", () => {
    expect(isLarger([0, 0, 99, 99])).toBe(true);
    // 98 x 100 of the 100 x 100 that are needed.
    expect(isLarger([0, 0, 97, 99])).toBe(false);
    const half: GalleryEntry = { ...entry("a"), boxes: [[0, 0, 49, 49]] };
    // The object is 25 x 50; the box 40 x 75, from its left end or beside it.
    expect(isFarLarger(half, finding({ box: [0, 0, 39, 74] }), 100)).toBe(true);
    expect(isFarLarger(half, finding({ box: [4, 0, 43, 74] }), 100)).toBe(true);
    expect(isFarLarger(half, finding({ box: [6, 0, 45, 74] }), 100)).toBe(false);
  });

  it("is compared with the box around all true boxes", () => {
    const two: GalleryEntry = {
      ...entry("a"),
      boxes: [
        [0, 0, 19, 9],
        [180, 90, 199, 99],
      ],
    };
    expect(isFarLarger(two, finding({ box: [0, 0, 99, 99] }), 100)).toBe(false);
  });
});

describe("the orders of the gallery", () => {
  const images = [
    entry("b", finding({ iou: 0.2, entropy: 0.9, probability: 0.5 })),
    entry("a", finding({ iou: 0.8, entropy: 0.5, probability: 0.9 })),
    entry("c", null),
    entry("d", finding({ iou: 0.2, entropy: 0.1, probability: 0.7 })),
  ];

  it.each([
    ["id", [1, 0, 2, 3]],
    ["iou-up", [0, 3, 1, 2]],
    ["iou-down", [1, 0, 3, 2]],
    ["entropy-up", [3, 1, 0, 2]],
    ["entropy-down", [0, 1, 3, 2]],
    ["probability-up", [0, 3, 1, 2]],
    ["probability-down", [1, 3, 0, 2]],
  ] as const)("%s: equals keep the data's order, images without the figure come last", (order, expected) => {
    expect(sortImages(images, [0, 1, 2, 3], order, 0)).toEqual(expected);
  });

  it("are of the images that are given, and all are there", () => {
    expect(sortImages(images, [3, 0], "entropy-up", 0)).toEqual([3, 0]);
    expect(ORDERS).toHaveLength(7);
  });
});
