import type { Box } from "../../../data/split";
import { SCORE_COLOURS } from "../../../pictures/colour-map";
import type { GalleryEntry } from "../gallery-data";
import { type LevelMap, thresholdLevel } from "../level-map";
import type { Cut } from "../score-maps";
import type { Layer } from "./view";

/** As in the pictures of `wsol localize`. */
const COLOURS = { predicted: "#12e04c", truth: "#ff2a2a", halo: "rgba(0, 0, 0, .55)" } as const;
/** What lies outside the mask is darkened so much, of 255. */
const SHADE = 170;
/** Share of the score map's colour at the lowest and the highest level. */
const TINT = { low: 0.15, high: 0.6 } as const;

export interface Picture {
  readonly entry: GalleryEntry;
  readonly image: HTMLImageElement;
  readonly map: LevelMap;
  readonly cut: Cut;
  readonly threshold: number;
  readonly layer: Layer;
}

/** Draws an image with what a threshold cuts out of its score map, over the whole canvas. */
export function paint(canvas: HTMLCanvasElement, picture: Picture): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const { entry, image, map, cut, layer } = picture;
  const { width, height } = canvas;
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  if (layer !== "image") context.drawImage(overlayOf(picture), 0, 0, width, height);
  const line = Math.max(2, Math.round(Math.max(width, height) / 120));
  // An image's last pixel is inside its box; the evaluator's boxes end one pixel after their component.
  for (const [x0, y0, x1, y1] of entry.boxes ?? []) {
    const sides: Box = [x0, y0, x1 + 1, y1 + 1];
    frame(context, sides, [width / entry.width, height / entry.height], line, COLOURS.truth);
  }
  frame(context, cut.box, [width / map.size, height / map.size], line, COLOURS.predicted);
}

function frame(
  context: CanvasRenderingContext2D,
  [x0, y0, x1, y1]: Box,
  [scaleX, scaleY]: readonly [number, number],
  line: number,
  colour: string,
): void {
  const sides = [x0 * scaleX, y0 * scaleY, (x1 - x0) * scaleX, (y1 - y0) * scaleY] as const;
  context.lineWidth = line + 2;
  context.strokeStyle = COLOURS.halo;
  context.strokeRect(...sides);
  context.lineWidth = line;
  context.strokeStyle = colour;
  context.strokeRect(...sides);
}

function overlayOf({ map, threshold, layer }: Picture): HTMLCanvasElement {
  const { levels, size } = map;
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext("2d")!;
  const pixels = context.createImageData(size, size);
  const lowest = thresholdLevel(map, threshold);
  levels.forEach((level, index) => {
    if (layer === "mask") {
      pixels.data[index * 4 + 3] = level > lowest ? 0 : SHADE;
      return;
    }
    const share = TINT.low + (TINT.high - TINT.low) * (level / 255);
    pixels.data.set([...SCORE_COLOURS[level]!, Math.round(255 * share)], index * 4);
  });
  context.putImageData(pixels, 0, 0);
  return canvas;
}
