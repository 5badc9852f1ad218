import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { MaskFiles } from "../../data/split";
import { isWsolError, WsolError } from "../../errors";
import { decodeGreyPng, type GreyImage } from "../../formats/png";
import { FormatProblem } from "../../formats/problem";
import { MASK } from "../../metrics/pixel-ap";

const MAX_FILE_BYTES = 2 ** 28;

/**
 * Reads the masks of one image for a score map of `width` x `height`: foreground is the union of the instances; a pixel
 * of the ignore file that is no foreground is ignored.
 * @returns height x width of {@link MASK}
 * @throws ERR_WSOL_MASK naming the file and the reason
 */
export async function readTrueMask(
  files: MaskFiles,
  folder: string,
  width: number,
  height: number,
): Promise<Uint8Array> {
  const mask = new Uint8Array(width * height);
  for (const path of files.instances) paint(mask, await readMaskFile(join(folder, path)), MASK.foreground);
  if (files.ignore !== null) paint(mask, await readMaskFile(join(folder, files.ignore)), MASK.ignored);
  return mask;

  function paint(to: Uint8Array, image: GreyImage, value: number): void {
    const columns = nearestSources(image.width, width);
    const rows = nearestSources(image.height, height);
    for (let y = 0, at = 0; y < height; y++) {
      const row = rows[y]! * image.width;
      for (let x = 0; x < width; x++, at++) {
        if (image.data[row + columns[x]!]! >= 1 && to[at] !== MASK.foreground) to[at] = value;
      }
    }
  }
}

/**
 * Index of the nearest source pixel for each of `target` pixels: min(source - 1, floor(i * (1 / (target / source)))) in
 * double and in this order, as the reference's resize does; plain i * source / target differs for some sizes.
 */
export function nearestSources(source: number, target: number): Uint32Array {
  const ratio = 1 / (target / source);
  return Uint32Array.from({ length: target }, (_, index) => Math.min(source - 1, Math.floor(index * ratio)));
}

/** @throws ERR_WSOL_MASK naming the file and the reason */
async function readMaskFile(path: string): Promise<GreyImage> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new FormatProblem("it is no file");
    if (found.size > MAX_FILE_BYTES) {
      throw new FormatProblem(`expected at most ${MAX_FILE_BYTES} bytes, got ${found.size}`);
    }
    return await decodeMask(await readFile(path), path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** As the masks are read, from the bytes of a file; `name` stands in the error. @throws ERR_WSOL_MASK */
export async function decodeMask(bytes: Uint8Array, name: string): Promise<GreyImage> {
  return decodeGreyPng(bytes).catch((cause) => {
    throw unreadable(name, cause);
  });
}

function unreadable(path: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (isWsolError(cause) || (!(cause instanceof FormatProblem) && code === undefined)) return cause;
  const reason = code === "ENOENT" ? "there is no such file" : cause instanceof FormatProblem ? cause.message : code;
  return new WsolError("ERR_WSOL_MASK", `cannot read the mask '${path}': ${reason}`, {
    details: { path, reason },
    ...(reason === "it is no PNG" && { fix: "Save masks as PNG." }),
    ...(code !== undefined && { cause }),
  });
}
