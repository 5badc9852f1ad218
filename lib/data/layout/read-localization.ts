import type { Box, ImageSize, MaskFiles } from "../split";
import type { ImageIndex } from "./image-index";
import { ListPerImage } from "./list-per-image";
import type { MetadataFile } from "./metadata-file";
import { problemOfRelativePath } from "./relative-path";

/** What the other files of the split say. */
export interface SplitFacts {
  readonly index: ImageIndex;
  readonly labels: Int32Array;
  readonly sizes: readonly ImageSize[] | null;
  /** Null when neither classes.txt nor the train split tells. */
  readonly numClasses: number | null;
}

export interface BoxesAndMasks {
  readonly boxes: readonly (readonly Box[])[] | null;
  readonly masks: readonly MaskFiles[] | null;
}

const NOTHING: BoxesAndMasks = { boxes: null, masks: null };
/** `id,x0,y0,x1,y1` and a class, perhaps. */
const BOX_LINE = /^([^,]*),(-?[\d.]+),(-?[\d.]+),(-?[\d.]+),(-?[\d.]+)(?:,(\d{1,9}))?$/;
/** `id,mask,ignore` and a class, perhaps. */
const MASK_LINE = /^([^,]*),([^,]*)(?:,([^,]*)(?:,(\d{1,9}))?)?$/;

/**
 * Reads `localization.txt` or `masks.txt`: all lines are boxes or all are masks, told by the first one's number of
 * fields. A line whose class column names another class than the image's label belongs to another object and is
 * left out. Absent or empty: neither.
 */
export function readLocalization(file: MetadataFile | null, facts: SplitFacts): BoxesAndMasks {
  if (file === null || file.isEmpty) return NOTHING;
  const isBox = file.firstLine.split(",").length >= 5;
  return isBox ? { boxes: readBoxes(file, facts), masks: null } : { boxes: null, masks: readMasks(file, facts) };
}

function readBoxes(file: MetadataFile, facts: SplitFacts): readonly (readonly Box[])[] {
  const { index, sizes } = facts;
  const boxes = new ListPerImage<Box>(index.ids.length);
  file.forEachLine((line, number) => {
    const match = BOX_LINE.exec(line);
    if (match === null)
      throw file.error(number, "expected 'id,x0,y0,x1,y1' with numbers, as in line 1", { text: line });
    const position = index.find(match[1] as string, file, number);
    const box: Box = [Number(match[2]), Number(match[3]), Number(match[4]), Number(match[5])];
    checkBox(box, sizes?.[position] ?? null, file, line, number);
    if (isOfLabel(match[6], position, facts, file, line, number)) boxes.add(position, box);
  });
  index.requireAll(file, (position) => boxes.has(position), "a box");
  return boxes.lists;
}

/** Boxes may end at the last pixel or just after it: sets of both conventions are about. */
function checkBox(box: Box, size: ImageSize | null, file: MetadataFile, text: string, line: number): void {
  const [x0, y0, x1, y1] = box;
  if (!box.every(Number.isFinite)) throw file.error(line, "expected numbers in a box", { text, about: "box" });
  if (x1 < x0 || y1 < y0) {
    throw file.error(line, "expected a box with x0 <= x1 and y0 <= y1", {
      text,
      about: "box",
      fix: "Boxes are corners x0,y0,x1,y1, not x,y,width,height.",
    });
  }
  if (size === null) return;
  const [width, height] = size;
  if (x0 < 0 || y0 < 0 || x0 >= width || y0 >= height || x1 > width || y1 > height) {
    throw file.error(line, `expected a box inside the image of ${width}x${height} pixels`, { text, about: "box" });
  }
}

function readMasks(file: MetadataFile, facts: SplitFacts): MaskFiles[] {
  const { index } = facts;
  const instances = new ListPerImage<string>(index.ids.length);
  const ignore = new Array<string | null>(index.ids.length).fill(null);
  file.forEachLine((line, number) => {
    const match = MASK_LINE.exec(line);
    if (match === null) throw file.error(number, "expected 'id,mask path,ignore path', as in line 1", { text: line });
    const position = index.find(match[1] as string, file, number);
    for (const path of [match[2] as string, match[3] || null]) {
      const problem = path === null ? null : problemOfRelativePath(path);
      if (problem !== null) throw file.error(number, `${problem} (mask)`, { text: line });
    }
    if (!isOfLabel(match[4], position, facts, file, line, number)) return;
    instances.add(position, match[2] as string);
    ignore[position] ||= match[3] || null;
  });
  index.requireAll(file, (position) => instances.has(position), "a mask");
  return instances.lists.map((paths, position) => ({ instances: paths, ignore: ignore[position] as string | null }));
}

function isOfLabel(
  text: string | undefined,
  position: number,
  facts: SplitFacts,
  file: MetadataFile,
  line: string,
  number: number,
): boolean {
  if (text === undefined) return true;
  if (facts.numClasses !== null && Number(text) >= facts.numClasses) {
    throw file.error(number, `expected a class from 0 to ${facts.numClasses - 1} in the last column`, { text: line });
  }
  return Number(text) === facts.labels[position];
}
