import type { DecodedImage } from "../data/images/decode";
import { loadSharp } from "../data/images/sharp";
import { invalidArgument } from "../errors";
import type { StageFeatures } from "../localize/stage-features";
import { Canvas } from "./canvas";
import { renderCaption } from "./caption";
import { type Rgb, SCORE_COLOURS } from "./colour-map";
import { channelMap, meanOverChannels, strongestChannels } from "./stage-maps";
import { panelSize, stretchImage } from "./stretch-image";

/** What one network makes of the image. */
export interface SheetBlock {
  /** A line over its maps. */
  readonly title: string;
  /** Of every stage, from the first. */
  readonly stages: readonly StageFeatures[];
}

export interface SheetRequest {
  readonly image: DecodedImage;
  /** One or two networks, side by side. */
  readonly blocks: readonly SheetBlock[];
  /** Of each stage of each network, beside the mean; 0 to {@link MOST_CHANNELS}. */
  readonly channels: number;
  /** Of one map, in pixels. @default 128 */
  readonly height?: number;
}

/** As many as the first stage of the narrowest network has. */
export const MOST_CHANNELS = 64;
export const MOST_BLOCKS = 2;
const WHITE: Rgb = [255, 255, 255];
/** Maps are never wider than this many times their height. */
const WIDEST = 1.6;
/** Columns are never narrower than this many times the maps' height, so that captions find their place. */
const NARROWEST_COLUMN = 0.85;

/** Where the parts of the sheet lie, all in its pixels. */
export interface SheetLayout {
  readonly mapWidth: number;
  readonly mapHeight: number;
  readonly columnWidth: number;
  readonly rowHeight: number;
  readonly gap: number;
  readonly titleHeight: number;
  readonly captionHeight: number;
  /** Left edge of each column, the image's first. */
  readonly columns: readonly number[];
  /** Top edge of each row's maps. */
  readonly rows: readonly number[];
  readonly width: number;
  readonly height: number;
}

export function layoutSheet({ image, blocks, channels, height = 128 }: SheetRequest): SheetLayout {
  const [mapWidth, mapHeight] = panelSize(image, height, WIDEST);
  const gap = Math.max(4, Math.round(height / 20));
  const captionHeight = Math.max(14, Math.round(height / 7));
  const titleHeight = Math.max(18, Math.round(height / 5));
  const columnWidth = Math.max(mapWidth, Math.round(NARROWEST_COLUMN * height));
  const rowHeight = mapHeight + captionHeight + gap;
  const columns = [gap];
  for (const _ of blocks) {
    // A block stands off from what is left of it.
    const start = columns.at(-1)! + columnWidth + 3 * gap;
    for (let map = 0; map <= channels; map++) columns.push(start + map * (columnWidth + gap));
  }
  const top = titleHeight + gap;
  const stages = Math.max(...blocks.map((block) => block.stages.length));
  const rows = Array.from({ length: stages }, (_, stage) => top + stage * rowHeight);
  const size = { width: columns.at(-1)! + columnWidth + gap, height: top + stages * rowHeight };
  return { mapWidth, mapHeight, columnWidth, rowHeight, gap, titleHeight, captionHeight, columns, rows, ...size };
}

/**
 * The paper's figure as a PNG on white: a row for each stage, in it the image, and of each network the mean over the
 * stage's channels and the channels of largest energy ({@link strongestChannels}), each network its own. Every map is
 * brought to [0, 1] by itself, so that colours compare places within a map and not maps; each of its values is a
 * rectangle of one colour. Captions are left out on machines without fonts.
 *
 * @throws ERR_WSOL_ARGUMENT for a request that cannot be drawn
 */
export async function renderFeatureSheet(request: SheetRequest): Promise<Uint8Array> {
  check(request);
  const layout = layoutSheet(request);
  const canvas = new Canvas(layout.width, layout.height);
  canvas.fill({ left: 0, top: 0, right: layout.width, bottom: layout.height }, WHITE);
  const { mapWidth, mapHeight, columnWidth, captionHeight, columns, rows } = layout;
  const image = await stretchImage(request.image, mapWidth, mapHeight);
  const captions: Promise<void>[] = [];
  const draw = (rgb: Uint8Array, caption: string, column: number, row: number) => {
    const [left, top] = [columns[column]!, rows[row]!];
    canvas.paste(rgb, mapWidth, mapHeight, left + Math.floor((columnWidth - mapWidth) / 2), top);
    captions.push(write(canvas, caption, left, top + mapHeight, columnWidth, captionHeight));
  };
  rows.forEach((_, row) => {
    draw(image, stageCaption(request.blocks, row), 0, row);
  });
  request.blocks.forEach(({ title, stages }, block) => {
    const first = 1 + block * (request.channels + 1);
    const width = columns[first + request.channels]! + columnWidth - columns[first]!;
    captions.push(write(canvas, title, columns[first]!, 0, width, layout.titleHeight));
    stages.forEach((features, row) => {
      const paint = (map: ArrayLike<number>) => colourMap(map, features, mapWidth, mapHeight);
      draw(paint(meanOverChannels(features)), `mean of ${features.channels}`, first, row);
      strongestChannels(features, request.channels).forEach((channel, rank) => {
        draw(paint(channelMap(features, channel)), `channel ${channel}`, first + 1 + rank, row);
      });
    });
  });
  await Promise.all(captions);
  const size = { width: canvas.width, height: canvas.height, channels: 4 } as const;
  return loadSharp()(canvas.data, { raw: size }).removeAlpha().png({ compressionLevel: 9 }).toBuffer();
}

/** The stage, and the size of its maps where that is the same for all. */
function stageCaption(blocks: readonly SheetBlock[], row: number): string {
  const sizes = new Set(blocks.map(({ stages }) => `${stages[row]!.width}×${stages[row]!.height}`));
  return `stage ${row + 1}${sizes.size === 1 ? `, ${[...sizes][0]}` : ""}`;
}

async function write(canvas: Canvas, text: string, left: number, top: number, width: number, height: number) {
  const rgba = await renderCaption(text, width, height).catch(() => null);
  if (rgba === null) return;
  const rgb = rgba.filter((_, index) => index % 4 !== 3);
  canvas.paste(rgb, width, height, left, top);
}

/** RGB pixels of a map that is stretched from its least to its largest value; one value everywhere is the least. */
function colourMap(
  map: ArrayLike<number>,
  from: { readonly width: number; readonly height: number },
  width: number,
  height: number,
): Uint8Array {
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < map.length; at++) {
    least = Math.min(least, map[at]!);
    largest = Math.max(largest, map[at]!);
  }
  const range = largest - least;
  const top = SCORE_COLOURS.length - 1;
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * from.height) / height);
    for (let x = 0; x < width; x++) {
      const value = map[row * from.width + Math.floor((x * from.width) / width)]!;
      const level = range > 0 ? Math.round((top * (value - least)) / range) : 0;
      rgb.set(SCORE_COLOURS[level]!, (y * width + x) * 3);
    }
  }
  return rgb;
}

function check({ image, blocks, channels, height = 128 }: SheetRequest): void {
  if (image.data.length !== image.width * image.height * 3 || image.data.length === 0) {
    throw invalidArgument("image.data", `${image.height} x ${image.width} x 3 bytes`, image.data);
  }
  if (blocks.length < 1 || blocks.length > MOST_BLOCKS) {
    throw invalidArgument("blocks", `1 to ${MOST_BLOCKS} networks`, blocks.length);
  }
  checkChannels(channels);
  if (!Number.isInteger(height) || height < 16 || height > 1024) {
    throw invalidArgument("height", "a whole number from 16 to 1024", height);
  }
  for (const { stages } of blocks) {
    if (stages.length === 0 || stages.length !== blocks[0]!.stages.length) {
      throw invalidArgument("stages", "as many for each network, at least one", stages.length);
    }
    for (const { data, channels, height, width } of stages) {
      if (data.length === channels * height * width && data.length > 0) continue;
      throw invalidArgument("data", `${channels} x ${height} x ${width} values`, data);
    }
  }
}

/** @throws ERR_WSOL_ARGUMENT */
export function checkChannels(channels: number): void {
  if (Number.isInteger(channels) && channels >= 0 && channels <= MOST_CHANNELS) return;
  throw invalidArgument("channels", `a whole number from 0 to ${MOST_CHANNELS}`, channels);
}
