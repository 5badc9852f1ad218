import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { cannotWrite, writeFileAtomically } from "../../files";
import type { Box, SplitName } from "../split";
import { badgeOf } from "./badges";

/** Where metadata lies until all of it is there. */
export const PARTIAL_METADATA = ".metadata.partial";

/** What the metadata says of one image. */
export interface ImageRecord {
  readonly id: string;
  /** Relative to `masks/`. */
  readonly mask: string;
  readonly label: number;
  readonly box: Box;
}

/** One image with its mask, as it came from the renderer. */
export interface ImageToWrite {
  /** Path below `images/` and `masks/`, without the ending. */
  readonly stem: string;
  readonly label: number;
  readonly size: number;
  readonly image: Uint8Array;
  readonly mask: Uint8Array;
}

/** One folder per class below `images/` and `masks/`. */
export async function makeFolders(out: string, classes: number): Promise<void> {
  for (const kind of ["images", "masks"]) {
    for (let label = 0; label < classes; label++) {
      const path = join(out, kind, badgeOf(label).name);
      await mkdir(path, { recursive: true }).catch((cause) => {
        throw cannotWrite(path, cause);
      });
    }
  }
}

/** Writes the image as JPEG of high quality and its mask as PNG. @throws ERR_WSOL_WRITE */
export async function writeImage(out: string, { stem, label, size, image, mask }: ImageToWrite): Promise<ImageRecord> {
  const rgb = sharp(image, { raw: { width: size, height: size, channels: 3 } });
  const grey = sharp(mask, { raw: { width: size, height: size, channels: 1 } }).toColourspace("b-w");
  await write(
    join(out, "images", `${stem}.jpg`),
    await rgb.jpeg({ quality: 95, chromaSubsampling: "4:4:4" }).toBuffer(),
  );
  await write(join(out, "masks", `${stem}.png`), await grey.png({ compressionLevel: 9 }).toBuffer());
  return { id: `${stem}.jpg`, mask: `${stem}.png`, label, box: boxOf(mask, size) };
}

/** Writes one split's text files, into the folder that {@link publishMetadata} renames. @throws ERR_WSOL_WRITE */
export async function writeMetadata(
  out: string,
  split: SplitName,
  records: readonly ImageRecord[],
  size: number,
): Promise<void> {
  const folder = join(out, PARTIAL_METADATA, split);
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw cannotWrite(folder, cause);
  });
  const files: Record<string, (record: ImageRecord) => string> = {
    "class_labels.txt": ({ id, label }) => `${id},${label}`,
    "image_sizes.txt": ({ id }) => `${id},${size},${size}`,
    "localization.txt": ({ id, box }) => `${id},${box.join(",")}`,
    "masks.txt": ({ id, mask }) => `${id},${mask},`,
    "image_ids.txt": ({ id }) => id,
  };
  for (const [name, lineOf] of Object.entries(files)) {
    await writeFileAtomically(join(folder, name), records.map((record) => `${lineOf(record)}\n`).join(""));
  }
}

/** Writes the class names, and gives the finished metadata its place. @throws ERR_WSOL_WRITE */
export async function publishMetadata(out: string, classes: number): Promise<void> {
  const names = Array.from({ length: classes }, (_, label) => `${badgeOf(label).name}\n`);
  await writeFileAtomically(join(out, PARTIAL_METADATA, "classes.txt"), names.join(""));
  await rename(join(out, PARTIAL_METADATA), join(out, "metadata")).catch((cause) => {
    throw cannotWrite(join(out, "metadata"), cause);
  });
}

/** Not synced one by one, which would take longer than drawing: the metadata, written last, says that all are there. */
async function write(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes).catch((cause) => {
    throw cannotWrite(path, cause);
  });
}

/** The smallest box around the mask, its far edges inclusive. */
function boxOf(mask: Uint8Array, size: number): Box {
  let [x0, y0, x1, y1] = [size, size, 0, 0];
  mask.forEach((value, i) => {
    if (value === 0) return;
    const x = i % size;
    const y = Math.floor(i / size);
    x0 = Math.min(x0, x);
    y0 = Math.min(y0, y);
    x1 = Math.max(x1, x);
    y1 = Math.max(y1, y);
  });
  return [x0, y0, x1, y1];
}
