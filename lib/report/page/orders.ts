import type { Finding, GalleryData } from "./gallery-data";

export const ORDERS = [
  "id",
  "iou-up",
  "iou-down",
  "entropy-up",
  "entropy-down",
  "probability-up",
  "probability-down",
] as const;
export type Order = (typeof ORDERS)[number];

const KEYS: Readonly<Record<string, (finding: Finding) => number | null>> = {
  iou: ({ iou }) => iou,
  entropy: ({ entropy }) => entropy,
  probability: ({ probability }) => probability,
};

/** Image indices in an order, by what a run found; images without the figure come last, equals in the data's order. */
export function sortImages(
  images: GalleryData["images"],
  indices: readonly number[],
  order: Order,
  run: number,
): number[] {
  const [key, direction] = order.split("-") as [string, "up" | "down" | undefined];
  const of = KEYS[key];
  if (of === undefined) {
    return [...indices].sort((a, b) => compareIds(images[a]!.id, images[b]!.id) || a - b);
  }
  const sign = direction === "down" ? -1 : 1;
  const value = (index: number): number => {
    const finding = images[index]!.found[run] ?? null;
    const figure = finding === null ? null : of(finding);
    return figure === null ? Number.POSITIVE_INFINITY : sign * figure;
  };
  return [...indices].sort((a, b) => {
    const [first, second] = [value(a), value(b)];
    return first === second ? a - b : first - second;
  });
}

/** By code units: the same in every language that a browser is set to. */
function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
