import type { Filter } from "../filters";
import type { GalleryData } from "../gallery-data";
import type { Order } from "../orders";

export const LAYERS = ["mask", "score map", "image"] as const;
export type Layer = (typeof LAYERS)[number];

/** What the gallery shows. */
export interface View {
  /** Runs shown side by side, in the report's order, at least one. */
  shown: number[];
  filter: Filter;
  order: Order;
  /** What lies over the images. */
  layer: Layer;
  /** One per run. */
  readonly thresholds: number[];
}

/** So many runs stand beside each other at first; others are a click away. */
const SHOWN_AT_FIRST = 2;

export function firstView({ runs }: GalleryData): View {
  return {
    shown: [...runs.keys()].slice(0, SHOWN_AT_FIRST),
    filter: "all",
    order: "id",
    layer: "mask",
    thresholds: runs.map(({ threshold }) => threshold),
  };
}
