import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { WsolError } from "../../../../errors";
import { counted } from "../../../../words";
import { formatError } from "../../format-error";
import type { Source } from "../../source/source";
import type { FoundImage } from "../sort-files";
import { type BoxesOfImages, boxesOfImages } from "./boxes-of-images";
import { readCocoBoxes } from "./read-coco-boxes";
import { readCsvBoxes } from "./read-csv-boxes";
import { readVocBoxes, type VocBoxesOptions } from "./read-voc-boxes";

/**
 * The boxes of a file, told by its ending: JSON is COCO, all others CSV.
 * @throws ERR_WSOL_DATA naming the file and the place in it; the signal's reason when aborted
 */
export async function boxesOfFile(
  path: string,
  images: readonly FoundImage[],
  signal: AbortSignal | undefined,
): Promise<BoxesOfImages> {
  await checkBoxesFile(path);
  const notes: string[] = [];
  const stream = createReadStream(path, signal === undefined ? {} : { signal });
  try {
    const stated = /\.json$/i.test(path) ? readCocoBoxes(stream, notes) : readCsvBoxes(stream);
    const found = await boxesOfImages(path, stated, images);
    return { ...found, notes: [...notes, ...found.notes].map((note) => `${path}: ${note}`) };
  } catch (cause) {
    signal?.throwIfAborted();
    throw formatError(path, cause);
  } finally {
    stream.destroy();
  }
}

/** The boxes of the annotations beside the images. @throws ERR_WSOL_DATA; the signal's reason when aborted */
export async function boxesBesideImages(
  source: Source,
  annotations: ReadonlyMap<FoundImage, string>,
  images: readonly FoundImage[],
  options: VocBoxesOptions,
): Promise<BoxesOfImages> {
  const found = await boxesOfImages(source.name, readVocBoxes(source, annotations, options), images);
  const first = `boxes from ${counted(annotations.size, "XML file")} beside the images`;
  return { ...found, notes: [first, ...found.notes] };
}

/** @throws ERR_WSOL_DATA unless it is a file */
export async function checkBoxesFile(path: string): Promise<void> {
  const refuse = (problem: string, fix: string, cause?: unknown) => {
    return new WsolError(
      "ERR_WSOL_DATA",
      `expected a CSV or a COCO JSON file of boxes, got '${path}', which ${problem}`,
      {
        details: { path },
        fix,
        cause,
      },
    );
  };
  const facts = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw refuse(
      cause.code === "ENOENT" ? "does not exist" : `cannot be read (${cause.code})`,
      "Check the path.",
      cause,
    );
  });
  if (facts.isDirectory()) {
    throw refuse("is a folder", "Name a file. XML files beside the images are read by themselves.");
  }
}
