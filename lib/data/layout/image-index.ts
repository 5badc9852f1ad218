import { WsolError } from "../../errors";
import { IdTable } from "./id-table";
import type { MetadataFile } from "./metadata-file";
import { problemOfRelativePath } from "./relative-path";

/** A split's image ids in file order, and the way back from an id to its position. */
export class ImageIndex {
  readonly #table: IdTable;
  #cursor = 0;

  private constructor(
    readonly path: string,
    readonly ids: readonly string[],
    table: IdTable,
  ) {
    this.#table = table;
  }

  /** Reads `image_ids.txt`. @throws ERR_WSOL_DATA on a duplicate, an unsafe id, or when there is none. */
  static of(file: MetadataFile): ImageIndex {
    const table = new IdTable();
    const { ids } = table;
    file.forEachLine((id, line) => {
      const problem = id.includes(",") ? "expected one image id without a comma" : problemOfRelativePath(id);
      if (problem !== null) throw file.error(line, problem, { text: id });
      const first = table.add(id);
      if (first !== null) {
        throw file.error(line, `expected each image id once, line ${first + 1} has it too`, {
          text: id,
          fix: "Remove one of the two lines.",
        });
      }
    });
    if (ids.length > 0) return new ImageIndex(file.path, ids, table);
    throw new WsolError("ERR_WSOL_DATA", `expected image ids in '${file.path}', found none: the split is empty`, {
      details: { path: file.path },
      fix: "Remove the split's folder, or list its images.",
    });
  }

  /** Position of `id`. Files mostly list the images in the same order, so the next one is tried before the map. */
  find(id: string, file: MetadataFile, line: number): number {
    if (this.ids[this.#cursor] === id) return this.#cursor++;
    const position = this.#table.find(id);
    if (position === null) {
      throw file.error(line, `expected an image id that image_ids.txt lists`, {
        text: id,
        fix: `Add it to ${this.path}, or remove this line.`,
      });
    }
    this.#cursor = position + 1;
    return position;
  }

  /** @throws ERR_WSOL_DATA for an image that `file` says nothing about */
  requireAll(
    file: MetadataFile,
    isThere: (position: number) => boolean,
    what: string | ((position: number) => string),
  ): void {
    for (const [position, id] of this.ids.entries()) {
      if (isThere(position) || file.isRefused(id)) continue;
      const words = typeof what === "string" ? what : what(position);
      const error = new WsolError("ERR_WSOL_DATA", `expected ${words} of image '${id}' in '${file.path}', found none`, {
        details: { path: file.path, image: id },
        fix: `Add its line, or remove the image from ${this.path}.`,
      });
      file.fault(error);
    }
  }
}
