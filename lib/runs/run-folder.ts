import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { resolveConfig } from "../config/resolve";
import type { Config, ConfigInput } from "../config/schema";
import { WsolError } from "../errors";
import { cannotWrite, isFile, nameOfTemporary, writeFileAtomically } from "../files";
import { FolderLock } from "../lock";
import { isEventFile } from "../logs/tensorboard";

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
  /** What the evaluation keeps of each image. */
  records: "records.safetensors.gz",
  lock: "run.lock",
} as const;

type RunFile = keyof typeof RUN_FILES;

export type Checkpoint = "last" | "best";

/** What makes a folder hold a run: without them nothing was stored yet. */
const STORED = ["state", "last", "best"] as const satisfies readonly RunFile[];

export interface AcquireOptions {
  /** Continue the run that is there. */
  readonly resume: boolean;
  /** Take the folder also if it holds a run, which {@link RunFolder.clear} is to remove. */
  readonly force: boolean;
  readonly onWarning: (message: string) => void;
}

/** A folder that one running fit at a time may write to. */
export class RunFolder {
  readonly path: string;
  /** Null where another process holds the folder for this one. */
  readonly #lock: FolderLock | null;

  private constructor(path: string, lock: FolderLock | null) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Makes the folder where needed, locks it for its holder alone, and removes what a killed save left half written.
   * @throws ERR_WSOL_BUSY if another fit holds it; ERR_WSOL_RUN_FOLDER if it holds a run and neither `resume` nor `force`
   * is set, or none and `resume` is; ERR_WSOL_WRITE; ERR_WSOL_ADDON without the small addon
   */
  static async acquire(path: string, { resume, force, onWarning }: AcquireOptions): Promise<RunFolder> {
    const absolute = resolve(path);
    // Before anything is made, so that a mistyped folder stays as it is.
    if (resume) checkBegun(absolute);
    await mkdir(absolute, { recursive: true }).catch((cause) => {
      throw cannotWrite(absolute, cause);
    });
    const lock = await FolderLock.acquire(join(absolute, RUN_FILES.lock), absolute, onWarning);
    const folder = new RunFolder(absolute, lock);
    try {
      if (resume) checkBegun(absolute);
      else if (!force) folder.#checkEmpty();
      await folder.#removeTemporaries();
    } catch (error) {
      folder.release();
      throw error;
    }
    return folder;
  }

  /** The folder that another process of the run holds: for its paths. */
  static heldElsewhere(path: string): RunFolder {
    return new RunFolder(resolve(path), null);
  }

  file(name: RunFile): string {
    return join(this.path, RUN_FILES[name]);
  }

  has(name: RunFile): boolean {
    return isFile(this.file(name));
  }

  async writeJson(name: "config" | "environment" | "evaluation", value: unknown): Promise<void> {
    await writeFileAtomically(this.file(name), `${JSON.stringify(value, null, 2)}\n`);
  }

  /** Tells others who holds the folder. */
  sign(): void {
    this.#lock?.sign();
  }

  /**
   * Removes the run that is there, or what one left that was killed before anything was stored: the files that a run
   * folder holds, and nothing else. @throws ERR_WSOL_WRITE
   */
  async clear(): Promise<void> {
    if (!this.has("config") && !this.#holdsRun()) return;
    const described = (["evaluation", "records", "metrics", "environment"] as const).map((name) => this.file(name));
    const logs = (await readdir(this.path)).filter(isEventFile).map((name) => join(this.path, name));
    // In this order, so that a kill in between leaves no state without its weights, and a folder that is seen to be ours.
    for (const path of [...STORED.map((name) => this.file(name)), ...described, ...logs, this.file("config")]) {
      await rm(path, { force: true }).catch((cause) => {
        throw cannotWrite(path, cause);
      });
    }
  }

  /** Idempotent. */
  release(): void {
    this.#lock?.release();
  }

  #holdsRun(): boolean {
    return STORED.some((name) => this.has(name));
  }

  #checkEmpty(): void {
    if (!this.#holdsRun()) return;
    throw new WsolError("ERR_WSOL_RUN_FOLDER", `'${this.path}' already holds a run`, {
      details: { path: this.path },
      fix: "Pass `resume: true` to continue it, `force: true` to replace it, or another `out`.",
    });
  }

  /** An evaluation's is left alone: one may be under way, which needs no lock. */
  async #removeTemporaries(): Promise<void> {
    const ofEvaluation: readonly string[] = [RUN_FILES.evaluation, RUN_FILES.records];
    const written = Object.values<string>(RUN_FILES).filter((name) => !ofEvaluation.includes(name));
    for (const name of await readdir(this.path)) {
      const wanted = nameOfTemporary(name);
      if (wanted !== null && written.includes(wanted)) await rm(join(this.path, name), { force: true });
    }
  }
}

function checkBegun(path: string): void {
  if (isFile(join(path, RUN_FILES.config))) return;
  throw new WsolError("ERR_WSOL_RUN_FOLDER", `'${path}' holds no run to resume: no ${RUN_FILES.config}`, {
    details: { path },
    fix: "Leave out `resume: true` to start a run there.",
  });
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
