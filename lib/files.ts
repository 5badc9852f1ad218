import { createHash, randomBytes } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { mkdir, open, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { WsolError } from "./errors";

export type FileContent = string | Uint8Array | Iterable<Uint8Array>;

/**
 * Writes a file so that readers see the old content or the new, never half of it: temporary name beside it, fsync,
 * rename. @throws ERR_WSOL_WRITE naming the path; nothing is left behind.
 * @param options `sync: false` where so many files are written that waiting for the disk would take longer than making them:
 *   a killed process leaves none half written even so, only a machine that loses power may.
 */
export async function writeFileAtomically(
  path: string,
  content: FileContent,
  { sync = true }: { readonly sync?: boolean } = {},
): Promise<void> {
  await createFileAtomically(path, async (temporary) => {
    const file = await open(temporary, "wx");
    try {
      for (const part of parts(content)) await file.writeFile(part);
      if (sync) await file.sync();
    } finally {
      await file.close();
    }
  });
}

/**
 * The same for a file that `create` makes, whole and on disk, under the temporary name that it is given.
 * @throws ERR_WSOL_WRITE naming `path`, with the details of what `create` threw
 */
export async function createFileAtomically(path: string, create: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), temporaryName(basename(path)));
  try {
    await create(temporary);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cannotWrite(path, cause);
  }
}

/** Puts a link where a file is to be, in place of what is there, at once. @throws ERR_WSOL_WRITE naming the path */
export async function linkAtomically(path: string, target: string): Promise<void> {
  const temporary = join(dirname(path), temporaryName(basename(path)));
  try {
    await symlink(target, temporary);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cannotWrite(path, cause);
  }
}

const RANDOM_BYTES = 6;

function temporaryName(name: string): string {
  return `.${name}.${randomBytes(RANDOM_BYTES).toString("hex")}.tmp`;
}

/** The name of the file that a temporary one was to become, for one that a killed process left; null for other names. */
export function nameOfTemporary(name: string): string | null {
  const [, wanted] = /^\.(.+)\.([0-9a-f]+)\.tmp$/.exec(name) ?? [];
  return wanted !== undefined && name.length === temporaryName(wanted).length ? wanted : null;
}

/** Makes a folder and those above it, where they are missing. @throws ERR_WSOL_WRITE naming the path */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause) => {
    throw cannotWrite(path, cause);
  });
}

/** False also for what may not be looked at. */
export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What publishers give sums of. */
export type HashAlgorithm = "md5" | "sha1" | "sha256";

/** Hex hash of a file. */
export async function hashOf(path: string, algorithm: HashAlgorithm, signal?: AbortSignal): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { ...(signal && { signal }) }).catch(
    (error) => {
      signal?.throwIfAborted();
      throw error;
    },
  );
  return hash.digest("hex");
}

/** Hex sha256 of a file. */
export function sha256Of(path: string): Promise<string> {
  return hashOf(path, "sha256");
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
    EEXIST: "it is a file",
  };
  return new WsolError("ERR_WSOL_WRITE", `cannot write '${path}': ${reasons[code] ?? String(cause)}`, {
    details: { path, code },
    cause,
  });
}

function parts(content: FileContent): Iterable<string | Uint8Array> {
  return typeof content === "string" || ArrayBuffer.isView(content) ? [content] : content;
}
