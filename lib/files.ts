import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { WsolError } from "./errors";

export type FileContent = string | Uint8Array | Iterable<Uint8Array>;

/**
 * Writes a file so that readers see the old content or the new, never half of it: temporary name beside it, fsync,
 * rename. @throws ERR_WSOL_WRITE naming the path; nothing is left behind.
 */
export async function writeFileAtomically(path: string, content: FileContent): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      for (const part of parts(content)) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cannotWrite(path, cause);
  }
}

/** The coded error for a failed write, with the system's reason in the message. */
export function cannotWrite(path: string, cause: unknown): WsolError {
  const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
  const reasons: Record<string, string> = {
    EACCES: "permission denied",
    EPERM: "permission denied",
    EROFS: "the file system is read-only",
    ENOSPC: "no space left",
    EDQUOT: "the quota is used up",
    ENOENT: "its folder does not exist",
    ENOTDIR: "a part of the path is a file",
    EISDIR: "it is a folder",
  };
  return new WsolError("ERR_WSOL_WRITE", `cannot write '${path}': ${reasons[code] ?? String(cause)}`, {
    details: { path, code },
    cause,
  });
}

function parts(content: FileContent): Iterable<string | Uint8Array> {
  return typeof content === "string" || ArrayBuffer.isView(content) ? [content] : content;
}
