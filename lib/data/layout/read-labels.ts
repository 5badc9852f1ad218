import type { ImageIndex } from "./image-index";
import type { MetadataFile } from "./metadata-file";

/** How many classes there are, and what says so. */
export interface KnownClasses {
  readonly count: number;
  readonly source: string;
}

/** The classes of a split's images. */
export interface ImageLabels {
  /** One per image, or with `labelOffsets` those of each image in ascending order. */
  readonly labels: Int32Array;
  /** Images + 1: where each image's classes begin; null where every image has one. */
  readonly labelOffsets: Int32Array | null;
}

/** Labels beyond this are typing errors: no classifier has so many outputs. */
const MAX_CLASSES = 1_000_000;

/**
 * Reads `class_labels.txt`: `id,label` or `id,l1;l2;...`, 0-based, one line per image in any order.
 * @throws ERR_WSOL_DATA
 */
export function readLabels(file: MetadataFile, index: ImageIndex, known: KnownClasses | null): ImageLabels {
  const labels = new Int32Array(index.ids.length).fill(-1);
  /** Position and class in turn, of the classes behind an image's first. */
  const further: number[] = [];
  file.forEachLine((line, number) => {
    const comma = line.indexOf(",");
    if (comma === -1) throw file.error(number, "expected 'id,label'", { text: line });
    const position = index.find(line.slice(0, comma), file, number);
    const text = line.slice(comma + 1);
    if (labels[position] !== -1) {
      const fix = "Write the labels of an image in one line: id,0;3.";
      throw file.error(number, "expected one line per image", { text: line, fix });
    }
    if (!text.includes(";")) {
      labels[position] = labelOf(text, line, number);
      return;
    }
    const own = text.split(";").map((part) => labelOf(part, line, number));
    if (new Set(own).size < own.length) throw file.error(number, "expected each label once", { text: line });
    labels[position] = own[0]!;
    for (const label of own.slice(1)) further.push(position, label);
  });
  index.requireAll(file, (position) => labels[position] !== -1, "a label");
  return further.length === 0 ? { labels, labelOffsets: null } : joined(labels, further);

  function labelOf(text: string, line: string, number: number): number {
    if (!/^\d{1,9}$/.test(text)) {
      throw file.error(number, "expected a 0-based integer label, or several as 0;3", { text: line });
    }
    const label = Number(text);
    const limit = known?.count ?? MAX_CLASSES;
    if (label < limit) return label;
    const range = known === null ? `below ${MAX_CLASSES}` : `from 0 to ${limit - 1} (${known.source})`;
    throw file.error(number, `expected a label ${range}`, {
      text: line,
      ...(label === limit ? { fix: "Labels count from 0: subtract 1 if yours count from 1." } : {}),
    });
  }
}

/** The first and the further classes of each image, in one list. */
function joined(first: Int32Array, further: readonly number[]): ImageLabels {
  const labelOffsets = new Int32Array(first.length + 1);
  for (let at = 0; at < further.length; at += 2) labelOffsets[further[at]! + 1]! += 1;
  for (let image = 0; image < first.length; image++) labelOffsets[image + 1]! += labelOffsets[image]! + 1;
  const labels = new Int32Array(labelOffsets.at(-1)!);
  const next = labelOffsets.slice(0, -1);
  first.forEach((label, image) => {
    labels[next[image]!++] = label;
  });
  for (let at = 0; at < further.length; at += 2) labels[next[further[at]!]!++] = further[at + 1]!;
  for (let image = 0; image < first.length; image++) {
    labels.subarray(labelOffsets[image], labelOffsets[image + 1]).sort();
  }
  return { labels, labelOffsets };
}
