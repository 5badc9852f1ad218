import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cannotWrite, linkAtomically, makeFolder, writeFileAtomically } from "../../files";
import type { Box, ImageSize, SplitName } from "../split";

/** Where metadata lies until all of it is there. */
export const PARTIAL_METADATA = ".metadata.partial";

/** What the metadata says of one image; `label` of a box or mask is given where an image has several labels. */
export interface LayoutImage {
  readonly id: string;
  /** 0-based, at least one. */
  readonly labels: readonly number[];
  /** Null: not known, for sets without boxes. */
  readonly size: ImageSize | null;
  readonly boxes: readonly { readonly box: Box; readonly label?: number }[];
  /** Paths below `masks/`. */
  readonly masks: readonly { readonly path: string; readonly label?: number }[];
  /** Path below `masks/` of the pixels that count neither way; null: none. */
  readonly ignore: string | null;
}

/**
 * Writes a file below `images/` or `masks/`, whole or not at all. Not synced, which would take longer than making it: the
 * metadata, written last, says that all are there. @throws ERR_WSOL_WRITE
 */
export async function writeLayoutFile(
  root: string,
  kind: LayoutFolder,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  const target = join(root, kind, path);
  await makeFolder(dirname(target));
  await writeFileAtomically(target, bytes, { sync: false });
}

/** Links a file below `images/` or `masks/` to one elsewhere, named by its absolute path. @throws ERR_WSOL_WRITE */
export async function linkLayoutFile(root: string, kind: LayoutFolder, path: string, target: string): Promise<void> {
  const place = join(root, kind, path);
  await makeFolder(dirname(place));
  await linkAtomically(place, target);
}

export type LayoutFolder = "images" | "masks";

/** Writes one split's text files, where {@link publishMetadata} finds them. @throws ERR_WSOL_WRITE */
export async function writeSplitMetadata(
  root: string,
  split: SplitName,
  images: readonly LayoutImage[],
): Promise<void> {
  const folder = join(root, PARTIAL_METADATA, split);
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw cannotWrite(folder, cause);
  });
  const hasBoxes = images.some(({ boxes }) => boxes.length > 0);
  const hasMasks = images.some(({ masks }) => masks.length > 0);
  const files: [name: string, isThere: boolean, linesOf: (image: LayoutImage) => readonly string[]][] = [
    ["class_labels.txt", true, ({ id, labels }) => [`${id},${labels.join(";")}`]],
    ["image_sizes.txt", hasBoxes, ({ id, size }) => [`${id},${size!.join(",")}`]],
    ["localization.txt", hasBoxes, boxLines],
    [hasBoxes ? "masks.txt" : "localization.txt", hasMasks, maskLines],
    ["image_ids.txt", true, ({ id }) => [id]],
  ];
  for (const [name, isThere, linesOf] of files) {
    if (isThere) await writeFileAtomically(join(folder, name), lines(images, linesOf));
  }
}

/** Writes the class names, if there are any, and gives the finished metadata its place. @throws ERR_WSOL_WRITE */
export async function publishMetadata(root: string, classes: readonly string[] | null): Promise<void> {
  const partial = join(root, PARTIAL_METADATA);
  if (classes !== null) {
    await writeFileAtomically(join(partial, "classes.txt"), classes.map((name) => `${name}\n`).join(""));
  }
  await rename(partial, join(root, "metadata")).catch((cause) => {
    throw cannotWrite(join(root, "metadata"), cause);
  });
}

function boxLines({ id, boxes }: LayoutImage): string[] {
  return boxes.map(({ box, label }) => [id, ...box, ...column(label)].join(","));
}

/** The ignore path stands in the first line; where masks have classes, in each, since readers take one class's lines. */
function maskLines({ id, masks, ignore }: LayoutImage): string[] {
  return masks.map(({ path, label }, index) =>
    [id, path, index === 0 || label !== undefined ? (ignore ?? "") : "", ...column(label)].join(","),
  );
}

function column(label: number | undefined): string[] {
  return label === undefined ? [] : [String(label)];
}

function* lines(
  images: readonly LayoutImage[],
  linesOf: (image: LayoutImage) => readonly string[],
): Generator<Uint8Array> {
  const CHUNK = 4096;
  for (let start = 0; start < images.length; start += CHUNK) {
    const chunk = images.slice(start, start + CHUNK).flatMap(linesOf);
    yield Buffer.from(chunk.map((line) => `${line}\n`).join(""));
  }
}
