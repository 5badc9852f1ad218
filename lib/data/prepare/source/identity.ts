import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isArchiveName } from "./archive";
import { LIMITS } from "./limits";
import type { SourceEntry } from "./source";

const END_BYTES = 2 ** 16;
/** Texts that are read to recognise a source; where there is one for each image, their sizes must do. */
const MOST_TEXTS = 1000;

export interface SourceFiles {
  readonly root: string;
  readonly plain: ReadonlyMap<string, SourceEntry>;
  readonly looksInto: (path: string) => boolean;
  /** Paths of the archives that are opened. */
  readonly archives: readonly string[];
}

/**
 * What a source is recognised by without reading it all: the paths and sizes of its plain files, but for hidden ones, with the
 * texts' content; of each archive the size and both ends (a zip's directory and a gzip's checksum are at the end). Neither where
 * it lies nor when it was written counts.
 */
export async function identityOf({ root, plain, looksInto, archives }: SourceFiles): Promise<string> {
  const hash = createHash("sha256");
  for (const { path, size } of plain.values()) {
    if (!/(^|\/)\./.test(path) && !isArchiveName(path)) hash.update(`${path}\n${size}\n`);
  }
  const texts = [...plain.values()].filter(({ path, size }) => looksInto(path) && size <= LIMITS.textBytes);
  for (const { path } of texts.length > MOST_TEXTS ? [] : texts) hash.update(await readFile(join(root, path)));
  for (const archive of archives) {
    const file = await open(archive);
    try {
      const { size } = await file.stat();
      hash.update(`archive\n${size}\n`);
      for (const at of [0, Math.max(0, size - END_BYTES)]) {
        const bytes = Buffer.alloc(END_BYTES);
        const { bytesRead } = await file.read(bytes, 0, END_BYTES, at);
        hash.update(bytes.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }
  return hash.digest("hex");
}
