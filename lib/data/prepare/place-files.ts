import { readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { cannotWrite } from "../../files";
import { FormatProblem } from "../../formats/problem";
import { isReadAsIs } from "../images/image-kind";
import { type LayoutFolder, linkLayoutFile, writeLayoutFile } from "../layout/layout-writer";
import type { ImageSize } from "../split";
import { asPng, factsOfImage } from "./image-facts";
import type { MaskFile } from "./source-format";

/** Where an entry's content is: a file that may be linked to, or bytes. */
export type Content = { readonly path: string } | { readonly bytes: Buffer };

export interface PlacedImage {
  readonly size: ImageSize;
  readonly notes: readonly string[];
}

/**
 * Puts images and masks into a data set's folder. What is there already is left: files appear whole, and the folder is one of the
 * same source.
 */
export class Placer {
  constructor(private readonly root: string) {}

  /** @throws FormatProblem for what is no image; ERR_WSOL_WRITE */
  async image(id: string, content: Content): Promise<PlacedImage> {
    const image = "path" in content ? content.path : content.bytes;
    const { kind, size, notes } = await factsOfImage(image, id);
    if (isReadAsIs(kind)) await this.#place("images", id, content);
    else if (!(await this.#isThere("images", id))) await writeLayoutFile(this.root, "images", id, await asPng(image));
    return { size, notes };
  }

  /** @param read The entry's bytes, where they are needed. @throws FormatProblem for what is no mask; ERR_WSOL_WRITE */
  async masks({ paths, make }: MaskFile, content: Content, read: () => Promise<Buffer>): Promise<void> {
    if (make === undefined) {
      await checkPng(await read());
      for (const path of paths) await this.#place("masks", path, content);
      return;
    }
    const areThere = await Promise.all(paths.map((path) => this.#isThere("masks", path)));
    if (areThere.every(Boolean)) return;
    const made = await make(await read());
    for (const [index, path] of paths.entries()) await writeLayoutFile(this.root, "masks", path, made[index]!);
  }

  async #place(folder: LayoutFolder, path: string, content: Content): Promise<void> {
    if ("bytes" in content) {
      if (!(await this.#isThere(folder, path, content.bytes.length))) {
        await writeLayoutFile(this.root, folder, path, content.bytes);
      }
      return;
    }
    const linked = await readlink(join(this.root, folder, path)).catch(() => null);
    if (linked !== content.path) await linkLayoutFile(this.root, folder, path, content.path);
  }

  async #isThere(folder: LayoutFolder, path: string, bytes?: number): Promise<boolean> {
    const target = join(this.root, folder, path);
    try {
      const { size } = await stat(target);
      return bytes === undefined ? size > 0 : size === bytes;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw cannotWrite(target, cause);
    }
  }
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function checkPng(bytes: Buffer): void {
  if (!bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) throw new FormatProblem("is no PNG");
}
