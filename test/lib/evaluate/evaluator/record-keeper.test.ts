import { makeSplit } from "../../../../lib/data/split";
import { RecordKeeper } from "../../../../lib/evaluate/evaluator/record-keeper";
import { HIT } from "../../../../lib/runs/image-records";

const split = makeSplit({
  ...{ name: "test", root: "/data", ids: ["a", "b"], labels: Int32Array.of(0, 1), masks: null },
  boxes: [[[0, 0, 1, 1]], [[0, 0, 1, 1]]],
  sizes: [
    [2, 2],
    [2, 2],
  ],
});
const of = { step: 0.25, valThreshold: null, predictions: null };

test("keeps the thresholds where hits change, by image, in whatever order the images come", () => {
  const keeper = new RecordKeeper(split);
  // IoU just below 0.5 is no hit, 0.5 is one; all boxes hit at 0.3, 0.5 and 0.7.
  keeper.addHits([1], {
    largestIou: Float64Array.of(0.5, 0.5, 0.499, 0.6),
    allHits: Uint8Array.of(1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 1),
  });
  keeper.addHits([0], { largestIou: new Float64Array(4), allHits: new Uint8Array(12) });
  const { hits, pixels, ids, labels, predicted } = keeper.records(of);
  expect({ pixels, ids, labels, predicted }).toEqual({
    pixels: null,
    ids: ["a", "b"],
    labels: Int32Array.of(0, 1),
    predicted: null,
  });
  expect(hits).toEqual({
    offsets: Int32Array.of(0, 1, 4),
    begins: Int32Array.of(0, 0, 2, 3),
    states: Uint8Array.of(0, HIT.largestAt50 | HIT.allAt30 | HIT.allAt50, HIT.allAt30, 15),
  });
});

test("keeps the pixels by image", () => {
  const keeper = new RecordKeeper(makeSplit({ ...split, boxes: null, sizes: null }));
  keeper.addPixels([1], Int32Array.of(1, 2, 3, 4));
  keeper.addPixels([0], Int32Array.of(5, 6, 7, 8));
  const { hits, pixels } = keeper.records(of);
  expect({ hits, pixels }).toEqual({ hits: null, pixels: { bins: 2, counts: Int32Array.of(5, 6, 7, 8, 1, 2, 3, 4) } });
});
