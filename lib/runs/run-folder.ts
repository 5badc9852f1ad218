import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { resolveConfig } from "../config/resolve";
import type { Config, ConfigInput } from "../config/schema";
import { WsolError } from "../errors";
import { cannotWrite, writeFileAtomically } from "../files";

/** The files of a run folder, by name. */
export const RUN_FILES = {
  config: "config.json",
  environment: "environment.json",
  metrics: "metrics.jsonl",
  /** Weights after the last step. */
  last: "last.safetensors",
  /** Weights of the best epoch by validation localization. */
  best: "best.safetensors",
  /** Weights, momentum and position together: all that `--resume` needs, in one file so that they cannot disagree. */
  state: "state.safetensors",
  evaluation: "evaluation.json",
  lock: "run.lock",
} as const;

export type Checkpoint = "last" | "best";

/** A folder that one running fit at a time may write to. */
export class RunFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes the folder where needed and locks it for this process.
   * @throws ERR_WSOL_BUSY if a running process holds it; ERR_WSOL_RUN_FOLDER if it holds a run and `resume` is false, or
   * none and `resume` is true; ERR_WSOL_WRITE.
   */
  static async acquire(path: string, { resume }: { resume: boolean }): Promise<RunFolder> {
    const folder = new RunFolder(resolve(path));
    await mkdir(folder.path, { recursive: true }).catch((cause) => {
      throw cannotWrite(folder.path, cause);
    });
    await folder.#lock();
    try {
      folder.#checkResume(resume);
    } catch (error) {
      await folder.release();
      throw error;
    }
    return folder;
  }

  file(name: keyof typeof RUN_FILES): string {
    return join(this.path, RUN_FILES[name]);
  }

  has(name: keyof typeof RUN_FILES): boolean {
    return existsSync(this.file(name));
  }

  async writeJson(name: "config" | "environment" | "evaluation", value: unknown): Promise<void> {
    await writeFileAtomically(this.file(name), `${JSON.stringify(value, null, 2)}\n`);
  }

  async release(): Promise<void> {
    await rm(this.file("lock"), { force: true });
  }

  #checkResume(resume: boolean): void {
    if (!resume && (this.has("config") || this.has("state"))) {
      throw new WsolError("ERR_WSOL_RUN_FOLDER", `'${this.path}' already holds a run`, {
        details: { path: this.path },
        fix: "Pass --resume to continue it, or another --out.",
      });
    }
    if (resume && !this.has("config")) {
      throw new WsolError("ERR_WSOL_RUN_FOLDER", `'${this.path}' holds no run to resume: no ${RUN_FILES.config}`, {
        details: { path: this.path },
        fix: "Leave out --resume to start a run there.",
      });
    }
  }

  async #lock(): Promise<void> {
    const path = this.file("lock");
    // Written beside and then linked, so that no other process ever reads a lock without its owner.
    const own = `${path}.${randomUUID()}`;
    await writeFile(own, String(process.pid)).catch((cause) => {
      throw cannotWrite(path, cause);
    });
    try {
      await this.#link(own, path);
    } finally {
      await rm(own, { force: true });
    }
  }

  async #link(own: string, path: string): Promise<void> {
    for (;;) {
      try {
        await link(own, path).catch((cause) => withoutLinks(cause, path));
        return;
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cannotWrite(path, cause);
        const pid = await lockOwner(path);
        if (pid !== null) {
          throw new WsolError("ERR_WSOL_BUSY", `'${this.path}' is held by a running fit (process ${pid})`, {
            details: { path: this.path, pid },
          });
        }
        // Left behind by a killed process.
        await rm(path, { force: true });
      }
    }
  }
}

/** Some file systems have no hard links: there the lock is made empty and then filled. */
async function withoutLinks(cause: NodeJS.ErrnoException, path: string): Promise<void> {
  if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(cause.code ?? "")) throw cause;
  await writeFile(path, String(process.pid), { flag: "wx" });
}

/** Reads the resolved configuration of a run. @throws ERR_WSOL_RUN_FOLDER */
export async function readRunConfig(path: string): Promise<Config> {
  const file = join(path, RUN_FILES.config);
  const refuse = (reason: string, cause: unknown): WsolError =>
    new WsolError("ERR_WSOL_RUN_FOLDER", `'${path}' is no run folder: ${reason}`, { details: { path }, cause });
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    const isFolder = await stat(path).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    throw refuse(isFolder ? `it has no ${RUN_FILES.config}` : "no such folder", cause);
  }
  let stored: ConfigInput;
  try {
    stored = JSON.parse(text) as ConfigInput;
  } catch (cause) {
    throw refuse(`its ${RUN_FILES.config} is not JSON`, cause);
  }
  try {
    return resolveConfig(stored);
  } catch (cause) {
    throw refuse(`in its ${RUN_FILES.config}, ${(cause as Error).message}`, cause);
  }
}

/** The process that holds a lock; null if the lock was left behind by one that is gone. */
async function lockOwner(path: string): Promise<number | null> {
  const pid = Number.parseInt(await readFile(path, "utf8").catch(() => ""), 10);
  if (!(Number.isInteger(pid) && pid > 0 && isRunning(pid))) return null;
  // A restarted container gives the new process the number of the killed one.
  if (pid === process.pid && (await isOlderThanThisProcess(path))) return null;
  return pid;
}

async function isOlderThanThisProcess(path: string): Promise<boolean> {
  const startedAt = Date.now() - process.uptime() * 1000;
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs < startedAt,
    () => false,
  );
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
