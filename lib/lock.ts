import { open, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { WsolError } from "./errors";
import { cannotWrite } from "./files";
import { loadMetricsAddon } from "./native/load-metrics";
import type { NativeFileLock } from "./native/metrics-addon";

/** Whoever holds a lock, as its file says: for messages only, since the file of a killed holder says it still. */
interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** What a locked folder is for, in the words of the messages. */
export interface LockedWork {
  readonly noun: string;
  readonly holder: string;
}

export const LOCKED_WORK = {
  run: { noun: "run", holder: "a running fit" },
  study: { noun: "study", holder: "a running study" },
  download: { noun: "download", holder: "a running download" },
  preparation: { noun: "preparation", holder: "a running preparation" },
} as const satisfies Record<string, LockedWork>;

/**
 * The lock of a folder that one process at a time may write to: the operating system's, on a file that stays. What a killed
 * process held is free at once, also while nobody has waited for that process.
 */
export class FolderLock {
  readonly #lock: NativeFileLock;

  private constructor(lock: NativeFileLock) {
    this.#lock = lock;
  }

  /**
   * @param folder For the messages.
   * @param onWarning Told where the file system has no such lock; the folder is then not protected.
   * @param work What holds such a folder, for the messages.
   * @throws ERR_WSOL_BUSY if another holds it; ERR_WSOL_WRITE; ERR_WSOL_ADDON without the small addon
   */
  static async acquire(
    path: string,
    folder: string,
    onWarning: (message: string) => void,
    work: LockedWork = LOCKED_WORK.run,
  ): Promise<FolderLock> {
    const { FileLock } = loadMetricsAddon();
    await checkWritable(path);
    const lock = new FileLock(path);
    const outcome = lock.tryAcquire();
    if (outcome === "held") throw busy(folder, await readHolder(path), work);
    if (outcome === "unsupported") {
      onWarning(
        `the file system of '${folder}' has no locks: see to it that no other ${work.noun} writes there at the same time`,
      );
    }
    return new FolderLock(lock);
  }

  /** Tells others who holds it. Apart from acquiring, so that a run that is found to be complete changes no file. */
  sign(): void {
    const holder: Holder = { pid: process.pid, host: hostname() };
    this.#lock.write(`${JSON.stringify(holder)}\n`);
  }

  /** Idempotent. */
  release(): void {
    this.#lock.release();
  }
}

/** Here rather than natively, for one wording of what can be wrong with a path. */
async function checkWritable(path: string): Promise<void> {
  try {
    await (await open(path, "a")).close();
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

function busy(folder: string, holder: Holder | null, work: LockedWork): WsolError {
  const who = holder === null ? "" : ` (process ${holder.pid} on ${holder.host})`;
  return new WsolError("ERR_WSOL_BUSY", `'${folder}' is held by ${work.holder}${who}`, {
    details: { path: folder, ...holder },
  });
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    const { pid, host } = JSON.parse(await readFile(path, "utf8")) as Partial<Holder>;
    return typeof pid === "number" && typeof host === "string" ? { pid, host } : null;
  } catch {
    return null;
  }
}
