import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dataset } from "../../../lib/data/dataset";
import type { Random } from "../../../lib/data/random";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";

/** The text files of a split. */
type Files = Readonly<
  Record<"image_ids.txt" | "class_labels.txt" | "image_sizes.txt" | "localization.txt" | "masks.txt", string>
>;

const FILES: Files = {
  "image_ids.txt": "a/1.jpg\nb/2.jpg\nc.png\n",
  "class_labels.txt": "a/1.jpg,0\nb/2.jpg,1\nc.png,1\n",
  "image_sizes.txt": "a/1.jpg,30,20\nb/2.jpg,40,50\nc.png,7,9\n",
  "localization.txt": "a/1.jpg,1,2,29,19\na/1.jpg,0,0,3,3,0\nb/2.jpg,0,0,5.5,5\nc.png,1,1,2,2\n",
  "masks.txt": "a/1.jpg,a/m0.png,a/i.png\na/1.jpg,a/m1.png,\nb/2.jpg,m.png,\nc.png,c.png,,1\n",
};
/** The same of images with several classes. */
const MULTI_LABEL_FILES: Files = {
  ...FILES,
  "class_labels.txt": "a/1.jpg,2;0\nb/2.jpg,1\nc.png,0;1;2\n",
  "localization.txt":
    "a/1.jpg,1,2,29,19,0\na/1.jpg,0,0,3,3,2\nb/2.jpg,0,0,5.5,5\nc.png,1,1,2,2,0\nc.png,1,1,2,2,1\nc.png,0,0,2,2,2\n",
  "masks.txt":
    "a/1.jpg,a/m0.png,a/i.png,0\na/1.jpg,a/m2.png,a/i.png,2\nb/2.jpg,m.png,\nc.png,0.png,,0\nc.png,1.png,,1\nc.png,2.png,,2\n",
};
const WORDS = [
  ...[
    "\n",
    "\r\n",
    "\r",
    ",",
    ",,",
    "\n\n",
    " ",
    "..",
    "../x",
    "/",
    "//",
    "\\",
    "C:",
    "-1",
    "0",
    "1e400",
    "NaN",
    ".",
    "-",
  ],
  ...[
    "99999999999999999999",
    "a/1.jpg",
    "b/2.jpg,",
    "\x00",
    "\xef\xbb\xbf",
    "\xff\xfe",
    "\u00e9",
    "1;0",
    "0;1;2",
    ";",
    ",2",
    '"',
    "#",
  ],
];

export type MetadataTarget = FuzzTarget & { close(): void };

export function metadataTarget(): MetadataTarget {
  return targetOf("metadata", FILES);
}

export function multiLabelTarget(): MetadataTarget {
  return targetOf("multi-label metadata", MULTI_LABEL_FILES);
}

/** A split with one damaged file (sometimes two), in a folder of its own that `close` removes. */
function targetOf(name: string, files: Files): MetadataTarget {
  const root = mkdtempSync(join(tmpdir(), "wsol-fuzz-"));
  const folder = join(root, "metadata", "test");
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  for (const [file, text] of Object.entries(files)) write(file, text);

  async function feed(random: Random): Promise<void> {
    const names = Object.keys(files) as (keyof Files)[];
    const chosen = [random.pick(names), ...(random.float() < 0.2 ? [random.pick(names)] : [])];
    for (const file of chosen) {
      const text = random.float() < 0.2 ? files[file].replaceAll("\n", "\r\n") : files[file];
      write(file, mutate(Buffer.from(text), random, WORDS));
    }
    try {
      checkSplit(await Dataset.open(root));
    } finally {
      for (const file of chosen) write(file, files[file]);
    }
  }
  return {
    name,
    code: "ERR_WSOL_DATA",
    file: root,
    feed,
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** What was accepted is whole: a size for each image; a label, finite boxes and safe mask paths for each of its pairs. */
function checkSplit(dataset: Dataset): void {
  const { ids, labels, labelOffsets, boxes, sizes, masks } = dataset.split("test");
  const isWhole =
    new Set(ids).size === ids.length &&
    arePairs(labels, labelOffsets, ids.length) &&
    labels.every((label) => label >= 0 && label < dataset.numClasses) &&
    (sizes === null ||
      (sizes.length === ids.length && sizes.flat().every((side) => Number.isInteger(side) && side > 0))) &&
    (boxes === null ||
      (sizes !== null &&
        boxes.length === labels.length &&
        boxes.every((list) => list.length > 0 && list.flat().every(Number.isFinite)))) &&
    (masks === null ||
      (masks.length === labels.length &&
        masks.every(({ instances, ignore }) => [...instances, ignore ?? "x"].every(isBelow))));
  if (!isWhole || !ids.every(isBelow)) throw new Error(`accepted ${JSON.stringify({ ids, boxes, sizes, masks })}`);
}

/** One label per image, or at least one each, ascending. */
function arePairs(labels: Int32Array, offsets: Int32Array | null, images: number): boolean {
  if (offsets === null) return labels.length === images;
  const isWhole = offsets.length === images + 1 && offsets[0] === 0 && offsets[images] === labels.length;
  const own = (image: number) => [...labels.subarray(offsets[image], offsets[image + 1])];
  const isAscending = (list: number[]) =>
    list.length > 0 && list.every((label, at) => at === 0 || label > list[at - 1]!);
  return isWhole && Array.from({ length: images }, (_, image) => own(image)).every(isAscending);
}

function isBelow(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !path.split("/").includes("..") && !path.includes("\0");
}
