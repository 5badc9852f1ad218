import { makeSplit } from "../../../../lib/data/split";
import { ImageRecords } from "../../../../lib/evaluate/evaluator/image-records";

const split = makeSplit({
  name: "test",
  root: "/data",
  ids: ["a.jpg", "b.jpg"],
  labels: Int32Array.of(0, 1),
  boxes: [[[0, 0, 1, 1]], [[0, 0, 1, 1]]],
  sizes: null,
  masks: null,
});
const THRESHOLDS = Float64Array.of(0, 0.25, 0.5, 0.75);
const maps = { data: new Float64Array(8), count: 2, height: 2, width: 2 };

describe("an image's record", () => {
  const ious = [
    [0.2, 0.8, 0.1, 0.8],
    [0.3, 0.3, 0.3, 0.1],
  ];

  test.each([
    [0, [0.2, 0.3]],
    [1, [0.8, 0.3]],
    [2, [0.1, 0.3]],
    [3, [0.8, 0.1]],
  ])("has its IoU at the split's best threshold %i, and the lowest threshold of its own best", (best, expected) => {
    const records = new ImageRecords(split, [0.5]);
    records.add([0, 1], maps, split.boxes!, Float64Array.from(ious.flat()));
    const listed = [...records.list(Uint8Array.of(1, 1), null, THRESHOLDS, best)];
    expect(listed.map(({ iou }) => iou)).toEqual(expected);
    expect(listed.map(({ bestIou, bestIouThreshold }) => [bestIou, bestIouThreshold])).toEqual([
      [0.8, 0.25],
      [0.3, 0],
    ]);
  });

  test("is of the images that were counted alone", () => {
    const records = new ImageRecords(split, []);
    expect([...records.list(Uint8Array.of(0, 1), null, THRESHOLDS, 0)].map(({ id }) => id)).toEqual(["b.jpg"]);
  });

  test("has no IoU where the split has no boxes", () => {
    const [record] = new ImageRecords(makeSplit({ ...split, boxes: null }), [0.5]).list(
      Uint8Array.of(1, 1),
      null,
      THRESHOLDS,
      0,
    );
    const none = { iou: null, iouAtSigma: null, iouAtValThreshold: null, bestIou: null, bestIouThreshold: null };
    expect(record).toEqual({ id: "a.jpg", label: 0, predicted: null, correct: null, entropy: null, ...none });
  });
});
