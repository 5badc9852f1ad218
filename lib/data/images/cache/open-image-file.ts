import { mkdir, readdir, rm, statfs } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isWsolError, WsolError } from "../../../errors";
import { cannotWrite, createFileAtomically, nameOfTemporary } from "../../../files";
import { loadMetricsAddon } from "../../../native/load-metrics";
import type { ImageFileState, NativeImageFile } from "../../../native/metrics-addon";

export interface ImageFileShape {
  readonly count: number;
  readonly imageBytes: number;
}

export interface OpenedImageFile {
  readonly file: NativeImageFile;
  readonly isWritable: boolean;
}

/** What to do where there is no room, or no right to write. */
const FIX = "Set data.cacheDir to a folder with room that may be written, or data.cache to 'memory' or 'none'.";
const POLL_MS = 50;
const ENOSPC = 28;

/**
 * Opens the file, or makes it where there is none of this shape: one process makes it, others wait. A file of another
 * shape is replaced, never changed, so that those who have it open keep theirs.
 * @throws ERR_WSOL_WRITE with what is needed, before anything is decoded; ERR_WSOL_CONFIG where files cannot be mapped
 */
export async function openImageFile(
  path: string,
  shape: ImageFileShape,
  signal: AbortSignal,
): Promise<OpenedImageFile> {
  const { ImageFile } = loadMetricsAddon();
  const file = new ImageFile(path, { count: shape.count, imageBytes: shape.imageBytes });
  const found = opened(file, file.open());
  if (found !== null) return found;
  await mkdir(dirname(path), { recursive: true }).catch((cause) => {
    throw withFix(cannotWrite(dirname(path), cause));
  });
  const unlock = await lock(`${path}.lock`, signal);
  try {
    const state = file.open();
    const already = opened(file, state);
    if (already !== null) return already;
    if (state === "foreign") await rm(path, { recursive: true, force: true });
    await make(file, path);
    const made = opened(file, file.open());
    if (made !== null) return made;
  } finally {
    unlock();
  }
  throw withFix(cannotWrite(path, "it is gone as soon as it is made"));
}

function opened(file: NativeImageFile, state: ImageFileState): OpenedImageFile | null {
  if (state === "unsupported") {
    throw new WsolError("ERR_WSOL_CONFIG", `expected 'memory' or 'none' for 'data.cache' on ${process.platform}`, {
      details: { key: "data.cache" },
      fix: "This platform has no mapped files that the package knows how to use.",
    });
  }
  return state === "opened" || state === "read-only" ? { file, isWritable: state === "opened" } : null;
}

/** Waits for whoever is making the file: that takes as long as the file system needs to reserve the space. */
async function lock(path: string, signal: AbortSignal): Promise<() => void> {
  const { FileLock } = loadMetricsAddon();
  const held = new FileLock(path);
  try {
    while (held.tryAcquire() === "held") {
      await sleep(POLL_MS);
      signal.throwIfAborted();
    }
  } catch (error) {
    throw isWsolError(error) ? withFix(error) : error;
  }
  return () => held.release();
}

async function make(file: NativeImageFile, path: string): Promise<void> {
  const folder = dirname(path);
  // Whoever was killed here has left the space that it had reserved.
  const left = (await readdir(folder)).filter((name) => nameOfTemporary(name) === basename(path));
  for (const name of left) await rm(join(folder, name), { force: true });
  const { bytes } = file;
  const free = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Number.POSITIVE_INFINITY,
  );
  if (free < bytes) throw noSpace(path, bytes, free);
  try {
    await createFileAtomically(path, (temporary) => file.create(temporary));
  } catch (error) {
    if (!isWsolError(error)) throw error;
    throw error.details.errno === ENOSPC ? noSpace(path, bytes, free) : withFix(error);
  }
}

const MIB = 2 ** 20;

function noSpace(path: string, bytes: number, free: number): WsolError {
  const [needed, there] = [Math.ceil(bytes / MIB), Math.floor(free / MIB)];
  return new WsolError(
    "ERR_WSOL_WRITE",
    `cannot write '${path}': it needs ${needed} MiB, the disk has ${there} MiB left`,
    {
      details: { path, code: "ENOSPC", bytes, free },
      fix: FIX,
    },
  );
}

function withFix(error: WsolError): WsolError {
  return new WsolError(error.code, error.message, { details: error.details, fix: FIX, cause: error.cause });
}
