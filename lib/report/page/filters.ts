import type { Box } from "../../data/split";
import { scaleBoxToMap } from "../../metrics/scale-box-to-map";
import type { Finding, GalleryData, GalleryEntry } from "./gallery-data";

export const FILTERS = ["all", "worst", "best", "first-right", "second-right", "far-larger", "wrong-class"] as const;
export type Filter = (typeof FILTERS)[number];

/** An image counts as localized at this IoU. */
export const HIT = 0.5;
/** The share of the images that are the worst, or the best. */
const EXTREME_SHARE = 1 / 4;
/** A box is far larger than the object if it holds most of it and has a multiple of its area. */
const FAR_LARGER = { times: 2, held: 0.8 } as const;

/** The runs that filters ask: as shown, the first decides, and the second is what it is compared with. */
export interface Asked {
  readonly first: number;
  /** null where one run is shown. */
  readonly second: number | null;
  /** Side of the first run's score maps. */
  readonly size: number;
}

/** Indices of the images that a filter keeps, in the data's order. */
export function keptImages(images: GalleryData["images"], filter: Filter, asked: Asked): number[] {
  const found = (image: GalleryEntry) => image.found[asked.first] ?? null;
  const isHit = (image: GalleryEntry, run: number | null) =>
    run === null ? null : hitOf(image.found[run]?.iou ?? null);
  const rules: Readonly<Record<Filter, (image: GalleryEntry, index: number) => boolean>> = {
    all: () => true,
    worst: isAmong(extremes(images, asked.first, 1)),
    best: isAmong(extremes(images, asked.first, -1)),
    "first-right": (image) => isHit(image, asked.first) === true && isHit(image, asked.second) === false,
    "second-right": (image) => isHit(image, asked.first) === false && isHit(image, asked.second) === true,
    "far-larger": (image) => isFarLarger(image, found(image), asked.size),
    "wrong-class": (image) => found(image)?.isRight === false,
  };
  return [...images.keys()].filter((index) => rules[filter](images[index]!, index));
}

function hitOf(iou: number | null): boolean | null {
  return iou === null ? null : iou >= HIT;
}

function isAmong(indices: readonly number[]): (image: GalleryEntry, index: number) => boolean {
  const set = new Set(indices);
  return (_, index) => set.has(index);
}

/** The quarter with the lowest IoU (direction 1) or the highest (-1). */
function extremes(images: GalleryData["images"], run: number, direction: 1 | -1): number[] {
  const known = [...images.entries()].flatMap(([index, { found }]) => {
    const iou = found[run]?.iou ?? null;
    return iou === null ? [] : [{ index, iou }];
  });
  known.sort((a, b) => direction * (a.iou - b.iou));
  return known.slice(0, Math.ceil(known.length * EXTREME_SHARE)).map(({ index }) => index);
}

/** Whether the run's box holds most of the object and is a multiple of its size; the object is the box around all true ones. */
export function isFarLarger({ boxes, width, height }: GalleryEntry, finding: Finding | null, size: number): boolean {
  if (boxes === null || finding === null) return false;
  const object = around(boxes.map((box) => scaleBoxToMap(box, [width, height], [size, size])));
  const { box } = finding;
  const held: Box = [
    Math.max(box[0], object[0]),
    Math.max(box[1], object[1]),
    Math.min(box[2], object[2]),
    Math.min(box[3], object[3]),
  ];
  return area(box) >= FAR_LARGER.times * area(object) && area(held) >= FAR_LARGER.held * area(object);
}

function around(boxes: readonly Box[]): Box {
  const side = (index: 0 | 1 | 2 | 3) => boxes.map((box) => box[index]);
  return [Math.min(...side(0)), Math.min(...side(1)), Math.max(...side(2)), Math.max(...side(3))];
}

/** Of a box whose ends are inclusive; 0 for one that is inside out. */
function area([x0, y0, x1, y1]: Box): number {
  return Math.max(0, x1 - x0 + 1) * Math.max(0, y1 - y0 + 1);
}
