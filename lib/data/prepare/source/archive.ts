import { open } from "node:fs/promises";
import { WsolError } from "../../../errors";
import { FormatProblem } from "../../../formats/problem";
import { openCompressedTar } from "./compressed-tar";
import type { OpenArchiveOptions, SourceArchive } from "./source-archive";
import { openTar } from "./tar-archive";
import { openZip } from "./zip-archive";

const ENDING = /\.(tgz|tar\.gz|tar|zip)$/i;
/** Told apart from what is no archive, so that the fix can be named. */
const OTHER_ENDING = /\.(tar\.(bz2|xz|zst|lz4)|tbz2?|txz|rar|7z)$/i;

export function isArchiveName(path: string): boolean {
  return ENDING.test(path);
}

/** Opens what the file's first bytes say it is. @throws ERR_WSOL_DATA naming the archive and what is wrong with it */
export async function openArchive(path: string, options: OpenArchiveOptions): Promise<SourceArchive> {
  return named(path, async () => {
    const start = await firstBytes(path);
    const starts = (...bytes: number[]) => bytes.every((byte, index) => start[index] === byte);
    if (starts(0x1f, 0x8b)) return openCompressedTar(path, options);
    if (starts(0x50, 0x4b)) return openZip(path, options);
    if (start.length === 512) return openTar(path, options);
    throw new FormatProblem(start.length === 0 ? "it is empty" : "it is neither a tar nor a zip");
  });
}

/** Gives what goes wrong with an archive its code and the archive's name. */
export async function named<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof FormatProblem)) {
      const { code, syscall } = cause as NodeJS.ErrnoException;
      const isRead = typeof code === "string" && ["read", "open", "stat", "fstat"].includes(syscall ?? "");
      if (!isRead || cause instanceof WsolError) throw cause;
    }
    throw new WsolError("ERR_WSOL_DATA", `cannot take images from the archive '${path}': ${(cause as Error).message}`, {
      details: { path },
      fix: OTHER_ENDING.test(path)
        ? "Unpack it, and name the folder."
        : "Fetch it again, or unpack it with a tool that you trust and name the folder.",
      cause,
    });
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(512);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
