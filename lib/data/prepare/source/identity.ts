import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { isArchiveName } from "./archive";
import type { SourceEntry } from "./source";

const END_BYTES = 2 ** 16;

/**
 * What a source is recognised by without reading it all: the paths and sizes of its plain files, but for hidden ones, and of each
 * archive the size and both ends (a zip's directory and a gzip's checksum are at the end). Neither where it lies nor when it was
 * written counts.
 */
export async function identityOf(
  plain: ReadonlyMap<string, SourceEntry>,
  archives: readonly string[],
): Promise<string> {
  const hash = createHash("sha256");
  for (const { path, size } of plain.values()) {
    if (!/(^|\/)\./.test(path) && !isArchiveName(path)) hash.update(`${path}\n${size}\n`);
  }
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
