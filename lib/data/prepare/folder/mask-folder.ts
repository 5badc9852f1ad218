import { readdir } from "node:fs/promises";
import { join, sep } from "node:path";
import { WsolError } from "../../../errors";
import { counted } from "../../../words";
import type { SourceMasks } from "../source-format";
import { byCodePoint } from "./code-point-order";
import { kindOfFile } from "./file-kinds";
import { foregroundOf, masksOfImages } from "./mask-files";
import type { FoundImage } from "./sort-files";

export interface MasksOfFolder {
  readonly notes: readonly string[];
  /** Of the image at a position; undefined: it has none. @param id The image's. */
  at(position: number, id: string): SourceMasks | undefined;
}

/** Finds the images' masks in a folder on disk. @throws ERR_WSOL_DATA, see {@link masksOfImages} */
export async function masksOfFolder(folder: string, images: readonly FoundImage[]): Promise<MasksOfFolder> {
  const { paths, others } = masksOfImages(folder, await pngsBelow(folder), images);
  const shown = `${others.slice(0, 3).join(", ")}${others.length > 3 ? ", …" : ""}`;
  return {
    notes: others.length === 0 ? [] : [`${folder}: ${counted(others.length, "mask")} of no image: ${shown}`],
    at(position, id) {
      const mask = paths[position]!;
      if (mask === null) return undefined;
      const path = `${id}.png`;
      const make = async (bytes: Uint8Array, size: readonly [number, number]) => [await foregroundOf(bytes, size)];
      return {
        masks: [{ path }],
        ignore: null,
        files: [{ entry: mask, file: join(folder, mask), paths: [path], make }],
      };
    },
  };
}

/** Paths of the PNGs below a folder, sorted. @throws ERR_WSOL_DATA */
export async function pngsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    const problem =
      { ENOENT: "does not exist", ENOTDIR: "is a file" }[cause.code ?? ""] ?? `cannot be read (${cause.code})`;
    throw new WsolError("ERR_WSOL_DATA", `expected a folder of masks, got '${folder}', which ${problem}`, {
      details: { path: folder },
      fix: "Check the path.",
      cause,
    });
  });
  return entries
    .map((path) => path.split(sep).join("/"))
    .filter((path) => /\.png$/i.test(path) && kindOfFile(path) === "image")
    .sort(byCodePoint);
}
