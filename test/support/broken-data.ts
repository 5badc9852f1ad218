import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { greyPng } from "./made-up-png";

/** RGB pixels that no other seed gives. */
function pixels(seed: number, width: number, height: number) {
  const data = Buffer.from(Array.from({ length: width * height * 3 }, (_, at) => (at * 31 + seed * 97) % 251));
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const png = (seed: number, width = 40, height = 40) => pixels(seed, width, height).png().toBuffer();
const grey = (values: readonly number[]) => greyPng(40, 40, values);

/** What is wrong stands in the names. Classes 2 and 3 are not in `train`; boxes and masks are in `test`. */
const IDS = {
  train: [
    ...["sound.png", "again.png", "truncated.jpg", "empty.png", "gone.png", "text.png", "cmyk.jpg", "folder.png"],
    ...["small.png", "turned.jpg", "both.png", "swapped.png", "unlabelled.png"],
  ],
  test: ["both.png", "recoded.png", "reversed.png", "outside.png", "thin.png", "whole.png", "fine.png"],
} as const;

const BOXES: Readonly<Record<string, string>> = {
  "both.png": "1,2,20,30",
  "recoded.png": "1,2,20,30",
  "reversed.png": "30,2,20,30",
  "outside.png": "1,2,20,41",
  "thin.png": "5,2,5,30",
  "whole.png": "0,0,39,39",
  "fine.png": "3,3,9,9",
};

const MASKS: Readonly<Record<string, string>> = {
  "both.png": "fine.png,gone-ignore.png",
  "recoded.png": "gone.png,",
  "reversed.png": "damaged.png,",
  "outside.png": "empty.png,",
  "thin.png": "full.png,",
  "whole.png": "larger.png,",
  "fine.png": "fine.png,fine.png",
};

/** Writes a data set that has everything wrong with it that a check looks for. */
export async function writeBrokenData(root: string): Promise<void> {
  const half = Array.from({ length: 1600 }, (_, at) => (at < 800 ? 255 : 0));
  const sound = await png(1);
  const jpeg = await pixels(3, 64, 64).jpeg().toBuffer();
  const lines = (ids: readonly string[], of: (id: string) => string | null) =>
    ids
      .map(of)
      .filter((line) => line !== null)
      .map((line) => `${line}\n`)
      .join("");
  const files: Readonly<Record<string, string | Uint8Array>> = {
    "images/sound.png": sound,
    "images/again.png": sound,
    "images/truncated.jpg": jpeg.subarray(0, jpeg.length / 2),
    "images/empty.png": "",
    "images/text.png": "no image",
    "images/cmyk.jpg": await pixels(4, 40, 40).toColourspace("cmyk").jpeg().toBuffer(),
    "images/folder.png/inside.png": await png(5),
    "images/small.png": await png(6, 40, 31),
    "images/turned.jpg": await pixels(7, 40, 50).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    "images/both.png": await png(8),
    "images/swapped.png": await png(9, 40, 50),
    "images/unlabelled.png": await png(10),
    "images/recoded.png": await pixels(1, 40, 40).png({ compressionLevel: 0 }).toBuffer(),
    "images/reversed.png": await png(11),
    "images/outside.png": await png(12),
    "images/thin.png": await png(13),
    "images/whole.png": await png(14),
    "images/fine.png": await png(15),
    "images/deep/unused.png": await png(16),
    "images/.hidden": "",
    "masks/fine.png": grey(half),
    "masks/damaged.png": grey(half).subarray(0, 60),
    "masks/empty.png": grey(new Array(1600).fill(0)),
    "masks/full.png": grey(new Array(1600).fill(1)),
    "masks/larger.png": greyPng(80, 40, [...half, ...half]),
    "metadata/classes.txt": "heron\nkingfisher\nowl\nwren\n",
    "metadata/train/image_ids.txt": lines(IDS.train, (id) => id),
    "metadata/train/class_labels.txt": lines(IDS.train, (id) => `${id},${labelOf(id)}`),
    "metadata/train/image_sizes.txt": lines(IDS.train, (id) => `${id},${sizeOf(id)}`),
    "metadata/test/image_ids.txt": lines(IDS.test, (id) => id),
    "metadata/test/class_labels.txt": lines(IDS.test, (id) => `${id},${id === "fine.png" ? 2 : 0}`),
    "metadata/test/image_sizes.txt": lines(IDS.test, (id) => `${id},40,40`),
    "metadata/test/localization.txt": lines(IDS.test, (id) => `${id},${BOXES[id]}`),
    "metadata/test/masks.txt": lines(IDS.test, (id) => `${id},${MASKS[id]}`),
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

function labelOf(id: string): string {
  if (id === "unlabelled.png") return "heron";
  return id === "again.png" ? "1" : "0";
}

function sizeOf(id: string): string {
  const sizes: Readonly<Record<string, string>> = {
    "truncated.jpg": "64,64",
    "small.png": "40,31",
    "turned.jpg": "40,50",
    "swapped.png": "50,40",
  };
  return sizes[id] ?? "40,40";
}
