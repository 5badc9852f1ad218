import type { Box } from "../data/split";
import { invalidArgument } from "../errors";
import type { BoxBatch } from "../native/metrics-addon";

const LARGEST = 2 ** 31 - 1;

/** Boxes of a batch as the native side takes them. @throws ERR_WSOL_ARGUMENT naming the image */
export function boxBatch(boxes: readonly (readonly Box[])[], count: number): BoxBatch {
  if (!Array.isArray(boxes) || boxes.length !== count) {
    throw invalidArgument("boxes", `${count} lists of boxes, one per image`, boxes);
  }
  const offsets = new Int32Array(count + 1);
  for (const [image, list] of boxes.entries()) {
    if (!Array.isArray(list) || list.length === 0) {
      throw invalidArgument(`boxes[${image}]`, "at least one box", list);
    }
    offsets[image + 1] = offsets[image]! + list.length;
  }
  const flat = new Int32Array(offsets[count]! * 4);
  let at = 0;
  for (const [image, list] of boxes.entries()) {
    for (const [index, box] of list.entries()) {
      if (!isBox(box)) {
        throw invalidArgument(`boxes[${image}][${index}]`, "four integers x0, y0, x1, y1", box);
      }
      flat.set(box, at);
      at += 4;
    }
  }
  return { boxes: flat, offsets };
}

function isBox(value: unknown): value is Box {
  const isCoordinate = (one: unknown) => Number.isInteger(one) && Math.abs(one as number) <= LARGEST;
  return Array.isArray(value) && value.length === 4 && value.every(isCoordinate);
}
