import { Pairs } from "../pairs";
import type { Box, ImageSize, MaskFiles } from "../split";
import type { ImageIndex } from "./image-index";
import { ListPerPair } from "./list-per-pair";
import type { MetadataFile } from "./metadata-file";
import { problemOfRelativePath } from "./relative-path";

/** What the other files of the split say. */
export interface SplitFacts {
  readonly index: ImageIndex;
  readonly labels: Int32Array;
  readonly labelOffsets: Int32Array | null;
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
 * fields. Where every image has one class, a line whose class column names another belongs to another object and is left
 * out; where images have several, each line belongs to one of them and says to which. Absent or empty: neither.
 */
export function readLocalization(file: MetadataFile | null, facts: SplitFacts): BoxesAndMasks {
  if (file === null || file.isEmpty) return NOTHING;
  const isBox = file.firstLine.split(",").length >= 5;
  return isBox ? { boxes: readBoxes(file, facts), masks: null } : { boxes: null, masks: readMasks(file, facts) };
}

function readBoxes(file: MetadataFile, facts: SplitFacts): readonly (readonly Box[])[] {
  const { index, sizes } = facts;
  const pairs = new PairFinder(facts, file);
  const boxes = new ListPerPair<Box>(facts.labels.length);
  file.forEachLine((line, number) => {
    const match = BOX_LINE.exec(line);
    if (match === null)
      throw file.error(number, "expected 'id,x0,y0,x1,y1' with numbers, as in line 1", { text: line });
    const position = index.find(match[1] as string, file, number);
    const box: Box = [Number(match[2]), Number(match[3]), Number(match[4]), Number(match[5])];
    checkBox(box, sizes?.[position] ?? null, file, line, number);
    const pair = pairs.find(match[6], position, line, number);
    if (pair !== null) boxes.add(pair, box);
  });
  pairs.requireAll(boxes, "a box");
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
  const pairs = new PairFinder(facts, file);
  const instances = new ListPerPair<string>(facts.labels.length);
  const ignore = new Array<string | null>(index.ids.length).fill(null);
  file.forEachLine((line, number) => {
    const match = MASK_LINE.exec(line);
    if (match === null) throw file.error(number, "expected 'id,mask path,ignore path', as in line 1", { text: line });
    const position = index.find(match[1] as string, file, number);
    for (const path of [match[2] as string, match[3] || null]) {
      const problem = path === null ? null : problemOfRelativePath(path);
      if (problem !== null) throw file.error(number, `${problem} (mask)`, { text: line });
    }
    const pair = pairs.find(match[4], position, line, number);
    if (pair === null) return;
    instances.add(pair, match[2] as string);
    // Of the image, in whichever of its lines it stands.
    ignore[position] ||= match[3] || null;
  });
  pairs.requireAll(instances, "a mask");
  const ignoreOf = (pair: number) => ignore[pairs.imageOf(pair)] as string | null;
  return instances.lists.map((paths, pair) => ({ instances: paths, ignore: ignoreOf(pair) }));
}

/** From the class column of a file's lines to pairs. */
class PairFinder {
  readonly #facts: SplitFacts;
  readonly #file: MetadataFile;
  readonly #pairs: Pairs;

  constructor(facts: SplitFacts, file: MetadataFile) {
    this.#facts = facts;
    this.#file = file;
    this.#pairs = new Pairs(facts);
  }

  imageOf(pair: number): number {
    return this.#pairs.imageOf(pair);
  }

  /** The pair that a line belongs to; null for a line of another object. @throws ERR_WSOL_DATA */
  find(text: string | undefined, position: number, line: string, number: number): number | null {
    const { labelOffsets, numClasses } = this.#facts;
    if (text === undefined && labelOffsets === null) return position;
    const labels = this.#pairs.labelsOf(position);
    const { begin } = this.#pairs.of(position);
    // Of a class that was refused nothing is known.
    if (labels[0] === -1) return labelOffsets === null ? null : begin;
    if (text === undefined) {
      if (labels.length === 1) return begin;
      throw this.#file.error(number, `expected a class, ${choice(labels)}, in a last column`, {
        text: line,
        fix: "Where images have several classes, each box and each mask says whose it is.",
      });
    }
    if (numClasses !== null && Number(text) >= numClasses) {
      throw this.#file.error(number, `expected a class from 0 to ${numClasses - 1} in the last column`, { text: line });
    }
    const at = labels.indexOf(Number(text));
    if (at !== -1) return begin + at;
    if (labelOffsets === null) return null;
    throw this.#file.error(number, `expected a class of the image, ${choice(labels)}, in the last column`, {
      text: line,
      fix: "Add the class to the image's line in class_labels.txt, or remove this line.",
    });
  }

  /** @throws ERR_WSOL_DATA naming a pair without any */
  requireAll(found: ListPerPair<unknown>, what: string): void {
    const { index, labels, labelOffsets } = this.#facts;
    /** The first pair of an image without any; null where each has some. */
    const lacking = (position: number): number | null => {
      const { begin, end } = this.#pairs.of(position);
      for (let pair = begin; pair < end; pair++) if (!found.has(pair)) return pair;
      return null;
    };
    const ofClass = (position: number) => (labelOffsets === null ? "" : ` of class ${labels[lacking(position)!]}`);
    const isThere = (position: number) => lacking(position) === null;
    index.requireAll(this.#file, isThere, (position) => `${what}${ofClass(position)}`);
  }
}

function choice(labels: Int32Array): string {
  return labels.length === 1 ? `${labels[0]}` : `one of ${labels.join(", ")}`;
}
