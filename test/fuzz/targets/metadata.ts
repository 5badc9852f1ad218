import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dataset } from "../../../lib/data/dataset";
import type { Random } from "../../../lib/data/random";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";

const FILES = {
  "image_ids.txt": "a/1.jpg\nb/2.jpg\nc.png\n",
  "class_labels.txt": "a/1.jpg,0\nb/2.jpg,1\nc.png,1\n",
  "image_sizes.txt": "a/1.jpg,30,20\nb/2.jpg,40,50\nc.png,7,9\n",
  "localization.txt": "a/1.jpg,1,2,29,19\na/1.jpg,0,0,3,3,0\nb/2.jpg,0,0,5.5,5\nc.png,1,1,2,2\n",
  "masks.txt": "a/1.jpg,a/m0.png,a/i.png\na/1.jpg,a/m1.png,\nb/2.jpg,m.png,\nc.png,c.png,,1\n",
} as const;
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
  ...["99999999999999999999", "a/1.jpg", "b/2.jpg,", "\x00", "\xef\xbb\xbf", "\xff\xfe", "\u00e9", "1;0", '"', "#"],
];

export type MetadataTarget = FuzzTarget & { close(): void };

/** A split with one damaged file (sometimes two), in a folder of its own that `close` removes. */
export function metadataTarget(): MetadataTarget {
  const root = mkdtempSync(join(tmpdir(), "wsol-fuzz-"));
  const folder = join(root, "metadata", "test");
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  for (const [name, text] of Object.entries(FILES)) write(name, text);

  async function feed(random: Random): Promise<void> {
    const names = Object.keys(FILES) as (keyof typeof FILES)[];
    const chosen = [random.pick(names), ...(random.float() < 0.2 ? [random.pick(names)] : [])];
    for (const name of chosen) {
      const text = random.float() < 0.2 ? FILES[name].replaceAll("\n", "\r\n") : FILES[name];
      write(name, mutate(Buffer.from(text), random, WORDS));
    }
    try {
      checkSplit(await Dataset.open(root));
    } finally {
      for (const name of chosen) write(name, FILES[name]);
    }
  }
  return {
    name: "metadata",
    code: "ERR_WSOL_DATA",
    file: root,
    feed,
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** What was accepted is whole: a label, a size, finite boxes and safe mask paths for each image. */
function checkSplit(dataset: Dataset): void {
  const { ids, labels, boxes, sizes, masks } = dataset.split("test");
  const isWhole =
    new Set(ids).size === ids.length &&
    labels.length === ids.length &&
    labels.every((label) => label >= 0 && label < dataset.numClasses) &&
    (sizes === null ||
      (sizes.length === ids.length && sizes.flat().every((side) => Number.isInteger(side) && side > 0))) &&
    (boxes === null ||
      (sizes !== null &&
        boxes.length === ids.length &&
        boxes.every((list) => list.length > 0 && list.flat().every(Number.isFinite)))) &&
    (masks === null ||
      (masks.length === ids.length &&
        masks.every(({ instances, ignore }) => [...instances, ignore ?? "x"].every(isBelow))));
  if (!isWhole || !ids.every(isBelow)) throw new Error(`accepted ${JSON.stringify({ ids, boxes, sizes, masks })}`);
}

function isBelow(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !path.split("/").includes("..") && !path.includes("\0");
}
