import { basename, extname } from "node:path";
import { isWsolError, WsolError } from "../errors";
import { counted } from "../words";

/**
 * Calls `work` for one image after the other.
 * @param keepGoing Whether an image that cannot be read is left for the end; default: with several images.
 * @returns Why images could not be read.
 */
export async function forEachImage(
  images: readonly string[],
  keepGoing: boolean | undefined,
  work: (image: string, index: number) => Promise<void>,
): Promise<WsolError[]> {
  const goesOn = keepGoing ?? images.length > 1;
  const failures: WsolError[] = [];
  for (const [index, image] of images.entries()) {
    try {
      await work(image, index);
    } catch (error) {
      if (!goesOn || !isWsolError(error, "ERR_WSOL_IMAGE")) throw error;
      failures.push(error);
    }
  }
  return failures;
}

/** Throws one error that names every image that could not be read, if any. @param done What was to be done: `localized` */
export function throwFailures(failures: readonly WsolError[], total: number, done: string): void {
  if (failures.length === 0) return;
  if (failures.length === 1 && total === 1) throw failures[0]!;
  const list = failures.map(({ message }) => `  ${message}`);
  throw new WsolError(
    "ERR_WSOL_IMAGE",
    [`${failures.length} of ${counted(total, "image")} could not be ${done}:`, ...list].join("\n"),
    { details: { images: failures.map(({ details }) => details.image) } },
  );
}

/** One picture per image, named after it with another ending; numbered where two images share a name. */
export function pictureNames(images: readonly string[], ending: string): string[] {
  const used = new Map<string, number>();
  return images.map((image) => {
    const stem = basename(image, extname(image));
    const count = (used.get(stem) ?? 0) + 1;
    used.set(stem, count);
    return count === 1 ? `${stem}${ending}` : `${stem}-${count}${ending}`;
  });
}
