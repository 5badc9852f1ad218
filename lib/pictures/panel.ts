import type { DecodedImage } from "../data/images/decode";
import { loadSharp } from "../data/images/sharp";
import type { Box } from "../data/split";
import { invalidArgument } from "../errors";
import { type Area, Canvas, grow } from "./canvas";
import { renderCaption } from "./caption";
import { type Rgb, SCORE_COLOURS } from "./colour-map";
import { panelSize, stretchImage } from "./stretch-image";

export interface PanelRequest {
  readonly image: DecodedImage;
  /** mapHeight x mapWidth, in [0, 1]; stretched over the image. */
  readonly scoreMap: Float64Array;
  readonly mapWidth: number;
  readonly mapHeight: number;
  /** In pixels of the image, x1 and y1 inclusive; drawn in green. */
  readonly predicted: Box;
  /** Drawn in red around the prediction; null where unknown. */
  readonly truth: readonly Box[] | null;
  /** A line under the panels; left out on machines without fonts. */
  readonly caption?: string;
  /** Of one panel, in pixels; panels of very wide images are lower. @default 256 */
  readonly height?: number;
}

export const PREDICTED_COLOUR: Rgb = [0x12, 0xe0, 0x4c];
export const TRUTH_COLOUR: Rgb = [0xff, 0x2a, 0x2a];
const WHITE: Rgb = [255, 255, 255];
/** Share of the score map's colour in the overlay at score 0 and at score 1: where nothing is found, the image stays. */
const OVERLAY_SHARE = { low: 0.15, high: 0.6 } as const;
/** Panels are never wider than this many times `height`. */
const WIDEST = 1.6;

/** Where the parts of the picture lie, all in its pixels. */
export interface PanelLayout {
  readonly panelWidth: number;
  readonly panelHeight: number;
  /** Around and between the panels. */
  readonly gap: number;
  readonly lineWidth: number;
  readonly captionHeight: number;
  readonly width: number;
  readonly height: number;
}

/** Sizes of the picture for an image; `lefts` of the panels are gap + i (panelWidth + gap). */
export function layoutPanels(image: { width: number; height: number }, height: number): PanelLayout {
  const [panelWidth, panelHeight] = panelSize(image, height, WIDEST);
  const gap = Math.max(4, Math.round(height / 32));
  return {
    panelWidth,
    panelHeight,
    gap,
    lineWidth: Math.max(2, Math.min(gap, Math.round(height / 100))),
    captionHeight: Math.max(16, Math.round(height / 9)),
    width: 3 * panelWidth + 4 * gap,
    height: panelHeight + 2 * gap,
  };
}

/**
 * The paper's three panels as one PNG: the image with its boxes, the score map, the score map over the image. Gaps are
 * transparent; with a caption the picture is on white.
 *
 * @throws ERR_WSOL_ARGUMENT for a map or image whose size does not fit its data
 */
export async function renderPanels(request: PanelRequest): Promise<Uint8Array> {
  check(request);
  const { image, caption, height = 256 } = request;
  const layout = layoutPanels(image, height);
  const { panelWidth, panelHeight, gap } = layout;
  const [pixels, scores] = await Promise.all([
    stretchImage(image, panelWidth, panelHeight),
    stretchScores(request, layout),
  ]);
  const canvas = new Canvas(layout.width, layout.height + (caption === undefined ? 0 : layout.captionHeight));
  if (caption !== undefined) canvas.fill({ left: 0, top: 0, right: canvas.width, bottom: canvas.height }, WHITE);
  const panels = [pixels, colourScores(scores), overlay(pixels, scores)];
  panels.forEach((panel, index) => {
    canvas.paste(panel, panelWidth, panelHeight, gap + index * (panelWidth + gap), gap);
  });
  drawBoxes(canvas, request, layout);
  const label =
    caption === undefined ? null : await renderCaption(caption, layout.width, layout.captionHeight).catch(() => null);
  if (label !== null) canvas.data.set(label, layout.width * layout.height * 4);
  const size = { width: canvas.width, height: canvas.height, channels: 4 } as const;
  return loadSharp()(canvas.data, { raw: size }).png({ compressionLevel: 9 }).toBuffer();
}

/** The truth's line lies outside its box and the prediction's inside its own, so that equal boxes are both seen. */
function drawBoxes(canvas: Canvas, { image, predicted, truth }: PanelRequest, layout: PanelLayout): void {
  const { lineWidth } = layout;
  for (const box of truth ?? []) {
    canvas.frame(grow(areaOf(box, image, layout), lineWidth), lineWidth, TRUTH_COLOUR);
  }
  canvas.frame(areaOf(predicted, image, layout), lineWidth, PREDICTED_COLOUR);
}

/** The pixels of the first panel that a box covers; its inclusive last pixel counts whole. */
function areaOf([x0, y0, x1, y1]: Box, image: DecodedImage, { panelWidth, panelHeight, gap }: PanelLayout): Area {
  const across = (x: number) => gap + Math.round((Math.min(image.width, Math.max(0, x)) * panelWidth) / image.width);
  const down = (y: number) => gap + Math.round((Math.min(image.height, Math.max(0, y)) * panelHeight) / image.height);
  return { left: across(x0), top: down(y0), right: across(x1 + 1), bottom: down(y1 + 1) };
}

/** Scores of the panel's pixels, 0 to 255. */
async function stretchScores(
  { scoreMap, mapWidth, mapHeight }: PanelRequest,
  { panelWidth, panelHeight }: PanelLayout,
): Promise<Uint8Array> {
  const levels = Uint8Array.from(scoreMap, (score) => Math.round(255 * Math.min(1, Math.max(0, score || 0))));
  return loadSharp()(levels, { raw: { width: mapWidth, height: mapHeight, channels: 1 } })
    .resize(panelWidth, panelHeight, { fit: "fill", kernel: "cubic" })
    .extractChannel(0)
    .raw()
    .toBuffer();
}

function colourScores(scores: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(scores.length * 3);
  scores.forEach((score, index) => {
    rgb.set(SCORE_COLOURS[score]!, index * 3);
  });
  return rgb;
}

function overlay(pixels: Uint8Array, scores: Uint8Array): Uint8Array {
  const { low, high } = OVERLAY_SHARE;
  return Uint8Array.from(pixels, (value, index) => {
    const score = scores[Math.floor(index / 3)]!;
    const share = low + (high - low) * (score / 255);
    return Math.round((1 - share) * value + share * SCORE_COLOURS[score]![index % 3]!);
  });
}

function check({ image, scoreMap, mapWidth, mapHeight, predicted, truth, height = 256 }: PanelRequest): void {
  if (image.data.length !== image.width * image.height * 3 || image.data.length === 0) {
    throw invalidArgument("image.data", `${image.height} x ${image.width} x 3 bytes`, image.data);
  }
  if (scoreMap.length !== mapWidth * mapHeight || scoreMap.length === 0) {
    throw invalidArgument("scoreMap", `${mapHeight} x ${mapWidth} scores`, scoreMap);
  }
  if (!Number.isInteger(height) || height < 16 || height > 4096) {
    throw invalidArgument("height", "a whole number from 16 to 4096", height);
  }
  for (const [name, box] of [
    ["predicted", predicted] as const,
    ...(truth ?? []).map((box) => ["truth", box] as const),
  ]) {
    if (box.length !== 4 || !box.every(Number.isFinite)) throw invalidArgument(name, "a box of 4 finite numbers", box);
  }
}
