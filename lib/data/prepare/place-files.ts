import { readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { cannotWrite } from "../../files";
import { FormatProblem } from "../../formats/problem";
import { imageKindOf, isReadAsIs } from "../images/image-kind";
import { type LayoutFolder, linkLayoutFile, writeLayoutFile } from "../layout/layout-writer";
import type { ImageSize } from "../split";
import { asPng, factsOfImage, firstBytesOf } from "./image-facts";
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

  /** @param make Null: the file is taken as it is. @throws FormatProblem for what is no mask; ERR_WSOL_WRITE */
  async masks({ paths }: MaskFile, content: Content, make: MakeMasks | null): Promise<void> {
    if (make === null) {
      checkPng(await startOf(content));
      for (const path of paths) await this.#place("masks", path, content);
      return;
    }
    const areThere = await Promise.all(paths.map((path) => this.#isThere("masks", path)));
    if (areThere.every(Boolean)) return;
    const made = await make(await bytesOf(content));
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

export type MakeMasks = (bytes: Uint8Array) => Promise<readonly Uint8Array[]>;

function checkPng(start: Uint8Array): void {
  if (imageKindOf(start) !== "PNG") throw new FormatProblem("is no PNG");
}

function startOf(content: Content): Promise<Buffer> | Buffer {
  return "bytes" in content ? content.bytes : firstBytesOf(content.path);
}

/** @throws FormatProblem */
export async function bytesOf(content: Content): Promise<Buffer> {
  if ("bytes" in content) return content.bytes;
  return readFile(content.path).catch((cause: NodeJS.ErrnoException) => {
    throw new FormatProblem(`cannot be read (${cause.code})`);
  });
}
