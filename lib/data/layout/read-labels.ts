import type { ImageIndex } from "./image-index";
import type { MetadataFile } from "./metadata-file";

/** How many classes there are, and what says so. */
export interface KnownClasses {
  readonly count: number;
  readonly source: string;
}

/** Labels beyond this are typing errors: no classifier has so many outputs. */
const MAX_CLASSES = 1_000_000;

/** Reads `class_labels.txt`: `id,label`, 0-based, one line per image in any order. @throws ERR_WSOL_DATA */
export function readLabels(file: MetadataFile, index: ImageIndex, known: KnownClasses | null): Int32Array {
  const labels = new Int32Array(index.ids.length).fill(-1);
  const limit = known?.count ?? MAX_CLASSES;
  file.forEachLine((line, number) => {
    const comma = line.indexOf(",");
    if (comma === -1) throw file.error(number, "expected 'id,label'", { text: line });
    const position = index.find(line.slice(0, comma), file, number);
    const text = line.slice(comma + 1);
    if (labels[position] !== -1) throw file.error(number, "expected one label per image", { text: line });
    if (!/^\d{1,9}$/.test(text)) {
      if (!/^\d+(;\d+)+$/.test(text)) throw file.error(number, "expected a 0-based integer label", { text: line });
      throw file.error(number, "expected one label per image: several are not supported yet", {
        text: line,
        fix: "Keep the label of the object that the box or mask belongs to.",
      });
    }
    const label = Number(text);
    if (label >= limit) {
      const range = known === null ? `below ${MAX_CLASSES}` : `from 0 to ${limit - 1} (${known.source})`;
      throw file.error(number, `expected a label ${range}`, {
        text: line,
        ...(label === limit ? { fix: "Labels count from 0: subtract 1 if yours count from 1." } : {}),
      });
    }
    labels[position] = label;
  });
  index.requireAll(file, (position) => labels[position] !== -1, "a label");
  return labels;
}
