import { decodeIndexPng, type IndexImage } from "../../../formats/png";
import { FormatProblem } from "../../../formats/problem";
import { readVocXml, type VocBox } from "../../../formats/voc-xml/voc-xml";
import type { Box, ImageSize, SplitName } from "../../split";
import { encodeMask } from "../mask-png";
import type { Source } from "../source/source";
import { folderOf, readText } from "../source/texts";
import type { ReadContext, SourceFormat, SourceImage, SourceMasks } from "../source-format";

/** In the order of the palette, whose index 0 is the background. */
const CLASSES = [
  ...["aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow"],
  ...["diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor"],
] as const;
const BACKGROUND = 0;
const VOID = 255;
const LISTS = { train: "ImageSets/Segmentation/train.txt", test: "ImageSets/Segmentation/val.txt" } as const;

/**
 * PASCAL VOC 2012 (Everingham et al.), the images of its segmentation task: several classes each, which are those of the class
 * mask, with a binary mask for each class and the boxes of its objects.
 */
export const voc2012: SourceFormat = {
  name: "voc2012",
  title: "PASCAL VOC 2012",
  parts: [
    ...Object.values(LISTS).map((what) => ({ what, pattern: new RegExp(`(^|/)${what.replace(".", "\\.")}$`) })),
    { what: "Annotations/*.xml", pattern: /(^|\/)Annotations\/[^/]+\.xml$/ },
    { what: "SegmentationClass/*.png", pattern: /(^|\/)SegmentationClass\/[^/]+\.png$/ },
    { what: "JPEGImages/*.jpg", pattern: /(^|\/)JPEGImages\/[^/]+\.jpg$/ },
  ],
  looksInto: (path) =>
    /(^|\/)(ImageSets\/Segmentation\/(train|val)\.txt|Annotations\/[^/]+\.xml|SegmentationClass\/[^/]+\.png)$/.test(
      path,
    ),
  published: { classes: CLASSES.length, splits: { train: 1464, test: 1449 } },

  async read(source, context) {
    const folder = folderOf(source, LISTS.train);
    const splits: Partial<Record<SplitName, SourceImage[]>> = {};
    for (const [split, list] of Object.entries(LISTS) as [keyof typeof LISTS, string][]) {
      const images: SourceImage[] = [];
      for (const name of await namesIn(source, folder + list)) {
        context.signal?.throwIfAborted();
        const id = `${name}.jpg`;
        const files = {
          mask: `${folder}SegmentationClass/${name}.png`,
          annotation: `${folder}Annotations/${name}.xml`,
        };
        try {
          images.push(await imageOf(source, name, `${folder}JPEGImages/${id}`, files, context));
        } catch (cause) {
          if (!(cause instanceof EntryProblem)) throw cause;
          context.problem({ split, image: id, entry: cause.entry, problem: cause.message });
        }
      }
      splits[split] = images;
    }
    return { classes: CLASSES, splits };
  },
};

async function namesIn(source: Source, path: string): Promise<string[]> {
  const file = await readText(source, path);
  const names: string[] = [];
  file.forEachLine((text, line) => {
    const name = text.trim();
    if (!/^[^\s,\\/]+$/.test(name)) throw file.error(line, "expected an image's name", { text });
    names.push(name);
  });
  return names;
}

interface ImageFiles {
  readonly mask: string;
  readonly annotation: string;
}

async function imageOf(
  source: Source,
  name: string,
  entry: string,
  files: ImageFiles,
  { note }: ReadContext,
): Promise<SourceImage> {
  const { extents, hasVoid } = await attempt(source, files.mask, async (bytes) =>
    classesIn(await decodeIndexPng(bytes)),
  );
  const { objects } = await attempt(source, files.annotation, (bytes) => readVocXml(bytes));
  const labels = [...extents.keys()].toSorted((a, b) => a - b);
  if (labels.length === 0) throw new EntryProblem(files.mask, "has no class in it");
  const corners = labels.flatMap((label) => {
    const boxes = objects.filter((object) => object.name === CLASSES[label]).map(({ box }) => box);
    if (boxes.length > 0) return boxes.map((box) => ({ label, box }));
    note(`'${name}.jpg' has no box of '${CLASSES[label]}' in its annotation: the extent of its mask was taken`);
    return [{ label, box: extents.get(label)! }];
  });
  for (const { label, box } of corners) {
    if (box[0] > box[2] || box[1] > box[3]) {
      throw new EntryProblem(files.annotation, `has a box of '${CLASSES[label]}' whose corners are swapped`);
    }
  }
  return {
    id: `${name}.jpg`,
    entry,
    labels,
    boxes: (size) => corners.map(({ label, box }) => ({ box: boxOf(box, size), label })),
    masks: masksOf(name, labels, hasVoid, files.mask),
  };
}

/** What is wrong with one file of an image. */
class EntryProblem extends Error {
  constructor(
    readonly entry: string,
    problem: string,
  ) {
    super(problem);
  }
}

async function attempt<T>(source: Source, entry: string, read: (bytes: Uint8Array) => T | Promise<T>): Promise<T> {
  if (!source.entries.has(entry)) throw new EntryProblem(entry, "is not there");
  try {
    return await read(await source.read(entry));
  } catch (cause) {
    throw cause instanceof FormatProblem ? new EntryProblem(entry, `cannot be read: ${cause.message}`) : cause;
  }
}

/** 1-based corners, perhaps fractional, as whole pixels from 0 on that lie in the image. */
export function boxOf(corners: VocBox, [width, height]: ImageSize): Box {
  const [xmin, ymin, xmax, ymax] = corners.map((value) => Math.round(value) - 1) as [number, number, number, number];
  const within = (value: number, side: number) => Math.min(Math.max(value, 0), side - 1);
  return [within(xmin, width), within(ymin, height), within(xmax, width), within(ymax, height)];
}

interface ClassesOfMask {
  /** By label, in the annotations' convention: 1-based, inclusive. */
  readonly extents: ReadonlyMap<number, VocBox>;
  readonly hasVoid: boolean;
}

function classesIn({ data, width }: IndexImage): ClassesOfMask {
  const extents = new Map<number, [number, number, number, number]>();
  let hasVoid = false;
  for (let at = 0; at < data.length; at++) {
    const value = data[at]!;
    if (value === BACKGROUND) continue;
    if (value === VOID) {
      hasVoid = true;
      continue;
    }
    if (value > CLASSES.length) {
      throw new FormatProblem(`expected palette indices from 0 to ${CLASSES.length} and ${VOID}, got ${value}`);
    }
    const x = (at % width) + 1;
    const y = Math.floor(at / width) + 1;
    const extent = extents.get(value - 1);
    if (extent === undefined) {
      extents.set(value - 1, [x, y, x, y]);
      continue;
    }
    if (x < extent[0]) extent[0] = x;
    if (x > extent[2]) extent[2] = x;
    extent[3] = y;
  }
  return { extents, hasVoid };
}

function masksOf(name: string, labels: readonly number[], hasVoid: boolean, entry: string): SourceMasks {
  const masks = labels.map((label) => ({ path: `${name}_${CLASSES[label]}.png`, label }));
  const ignore = hasVoid ? `${name}_void.png` : null;
  const values = [...labels.map((label) => label + 1), ...(hasVoid ? [VOID] : [])];
  const paths = [...masks.map(({ path }) => path), ...(ignore === null ? [] : [ignore])];
  return { masks, ignore, files: [{ entry, paths, make: (bytes) => masksOfValues(bytes, values) }] };
}

async function masksOfValues(bytes: Uint8Array, values: readonly number[]): Promise<Uint8Array[]> {
  const { data, width, height } = await decodeIndexPng(bytes);
  return Promise.all(
    values.map((wanted) => {
      const mask = new Uint8Array(data.length);
      for (let at = 0; at < mask.length; at++) if (data[at] === wanted) mask[at] = 255;
      return encodeMask(mask, width, height);
    }),
  );
}
