import type { Box, ImageSize } from "../data/split";
import type { BoxBatch } from "../native/metrics-addon";

/** A true box in pixels of the score map: trunc(coordinate * map size / image size), each on its own (PROTOCOL 5). */
export function boxOnMap([x0, y0, x1, y1]: Box, [imageWidth, imageHeight]: ImageSize, width: number, height: number): Box {
  return [
    Math.trunc((x0 * width) / imageWidth),
    Math.trunc((y0 * height) / imageHeight),
    Math.trunc((x1 * width) / imageWidth),
    Math.trunc((y1 * height) / imageHeight),
  ];
}

/** The boxes of several images in one block. */
export function boxBatch(boxes: readonly (readonly Box[])[]): BoxBatch {
  const offsets = new Int32Array(boxes.length + 1);
  boxes.forEach((ofImage, index) => {
    offsets[index + 1] = offsets[index]! + ofImage.length;
  });
  return { boxes: Int32Array.from(boxes.flat(2)), offsets };
}
