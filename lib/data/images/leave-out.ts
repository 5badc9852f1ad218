import type { WsolError } from "../../errors";
import type { LabelledBatch } from "./labelled-batch";

/** The batch without the images at some places, which it names; the others keep their order. */
export function leaveOut(
  batch: Omit<LabelledBatch, "labels">,
  bad: readonly { readonly at: number; readonly reason: WsolError }[],
): Omit<LabelledBatch, "labels"> {
  if (bad.length === 0) return batch;
  const { indices, images } = batch;
  const places = new Set(bad.map(({ at }) => at));
  const kept = [...indices.keys()].filter((at) => !places.has(at));
  const imageBytes = images.height * images.width * 3;
  const data = new Uint8Array(kept.length * imageBytes);
  kept.forEach((at, place) => {
    data.set(images.data.subarray(at * imageBytes, (at + 1) * imageBytes), place * imageBytes);
  });
  return {
    indices: Int32Array.from(kept, (at) => indices[at]!),
    images: { ...images, data, count: kept.length },
    skipped: bad.map(({ at, reason }) => ({ index: indices[at]!, error: reason })),
  };
}
