import { type RunRecords, withoutImages } from "../../../lib/runs/image-records";

const RECORDS: RunRecords = {
  split: "test",
  step: 0.5,
  valThreshold: null,
  ids: ["a", "b", "c", "d"],
  labels: Int32Array.of(0, 1, 2, 3),
  labelOffsets: null,
  predicted: Int32Array.of(0, 1, 0, 1),
  entropy: Float64Array.of(0.1, 0.2, 0.3, 0.4),
  hits: {
    offsets: Int32Array.of(0, 2, 3, 5, 6),
    begins: Int32Array.of(0, 1, 0, 0, 1, 0),
    states: Uint8Array.of(1, 2, 3, 4, 5, 6),
  },
  pixels: { bins: 2, counts: Int32Array.from({ length: 16 }, (_, at) => at) },
};

describe("withoutImages", () => {
  test("leaves single images out of every list", () => {
    expect(withoutImages(RECORDS, new Set([1, 3]))).toEqual({
      ...{ split: "test", step: 0.5, valThreshold: null },
      ids: ["a", "c"],
      labels: Int32Array.of(0, 2),
      labelOffsets: null,
      predicted: Int32Array.of(0, 0),
      entropy: Float64Array.of(0.1, 0.3),
      hits: {
        offsets: Int32Array.of(0, 2, 4),
        begins: Int32Array.of(0, 1, 0, 1),
        states: Uint8Array.of(1, 2, 4, 5),
      },
      pixels: { bins: 2, counts: Int32Array.of(0, 1, 2, 3, 8, 9, 10, 11) },
    });
  });

  test("leaves out all pairs of an image that has several classes", () => {
    const ofPairs = { ...RECORDS, ids: ["a", "b"], labelOffsets: Int32Array.of(0, 1, 4) };
    const { labels, labelOffsets, hits, pixels, predicted } = withoutImages(
      { ...ofPairs, predicted: Int32Array.of(0, 1), entropy: null },
      new Set([0]),
    );
    expect({ labels, labelOffsets, predicted }).toEqual({
      labels: Int32Array.of(1, 2, 3),
      labelOffsets: Int32Array.of(0, 3),
      predicted: Int32Array.of(1),
    });
    expect(hits!.offsets).toEqual(Int32Array.of(0, 1, 3, 4));
    expect(pixels!.counts).toEqual(Int32Array.from({ length: 12 }, (_, at) => at + 4));
  });

  test("keeps null what the data could not give", () => {
    const bare = { ...RECORDS, predicted: null, entropy: null, hits: null, pixels: null };
    expect(withoutImages(bare, new Set([0]))).toEqual({
      ...bare,
      ids: ["b", "c", "d"],
      labels: Int32Array.of(1, 2, 3),
    });
  });

  test("gives the same records where no image is left out", () => {
    expect(withoutImages(RECORDS, new Set())).toBe(RECORDS);
  });
});
