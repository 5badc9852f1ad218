import type { Box } from "../data/split";

/** Intersection over union of two boxes whose x1, y1 are inclusive (widths + 1); 0 where the denominator is not positive. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]) + 1);
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]) + 1);
  const union = area(a) + area(b) - width * height;
  return union <= 0 ? 0 : (width * height) / union;
}

/** The largest IoU of a box with any of `others`, at least one. */
export function bestIou(box: Box, others: readonly Box[]): number {
  return Math.max(...others.map((other) => intersectionOverUnion(box, other)));
}

function area([x0, y0, x1, y1]: Box): number {
  return (x1 - x0 + 1) * (y1 - y0 + 1);
}
