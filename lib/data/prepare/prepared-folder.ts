import { readdir, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { WsolError } from "../../errors";
import { cannotWrite, makeFolder, nameOfTemporary, writeFileAtomically } from "../../files";
import { FolderLock, LOCKED_WORK } from "../../lock";
import { PARTIAL_METADATA } from "../layout/layout-writer";
import type { PrepareResult } from "./events";

const NOTE = "prepare.json";
const LOCK = "prepare.lock";
/** All that a preparation writes, and the only things that it ever removes. */
const OWN_FOLDERS = ["metadata", PARTIAL_METADATA, "images", "masks"];

/** What a set is made of: two preparations with the same give the same set. */
export interface SetOrigin {
  readonly format: string;
  readonly source: { readonly path: string; readonly identity: string };
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The file that tells a prepared set from any other, and how far it came. */
interface Note extends SetOrigin {
  /** Null until all is there. */
  readonly result: PrepareResult | null;
}

/** The folder of a set that is prepared, locked for one process. */
export class PreparedFolder {
  readonly path: string;
  readonly #lock: FolderLock;

  private constructor(path: string, lock: FolderLock) {
    this.path = path;
    this.#lock = lock;
  }

  /** @throws ERR_WSOL_BUSY if another preparation holds it; ERR_WSOL_WRITE; ERR_WSOL_ADDON without the small addon */
  static async acquire(out: string, onWarning: (message: string) => void): Promise<PreparedFolder> {
    const path = resolve(out);
    await makeFolder(path);
    return new PreparedFolder(
      path,
      await FolderLock.acquire(join(path, LOCK), path, onWarning, LOCKED_WORK.preparation),
    );
  }

  /**
   * Takes the folder for a set: an empty one, one in which this set was begun, or with `force` one that holds another prepared
   * set, which is removed. @returns the result of a finished set of the same origin; else whether one was begun
   * @throws ERR_WSOL_WRITE for a folder that holds anything else
   */
  async claim(origin: SetOrigin, force: boolean): Promise<PrepareResult | "begun" | "new"> {
    const entries = (await readdir(this.path)).filter((name) => name !== LOCK && nameOfTemporary(name) === null);
    const note = entries.includes(NOTE) ? await this.#readNote() : null;
    const difference = note === null ? null : differenceOf(note, origin);
    if (note === null && entries.length > 0) {
      throw this.#refused("which is not empty and holds no prepared set", "Name another folder.");
    }
    if (note !== null && difference === null && note.result !== null && !force) return note.result;
    if (difference !== null && !force) {
      throw this.#refused(
        `which holds a set that was prepared ${difference}`,
        "Name another folder, or replace the set with `force: true`.",
      );
    }
    const isBegun = note !== null && difference === null && !force;
    // What is there of a set that was begun is whole, but for files under their temporary names.
    await this.#removeTemporaries();
    await this.#remove(isBegun ? OWN_FOLDERS.slice(0, 2) : [...OWN_FOLDERS, NOTE]);
    await this.#writeNote({ ...origin, result: null });
    this.#lock.sign();
    return isBegun ? "begun" : "new";
  }

  async finish(origin: SetOrigin, result: PrepareResult): Promise<void> {
    await this.#writeNote({ ...origin, result });
  }

  /** After a failure: a folder into which nothing was put yet is as free as before. */
  async abandon(): Promise<void> {
    const entries = await readdir(this.path);
    if (!entries.some((name) => OWN_FOLDERS.includes(name))) await rm(join(this.path, NOTE), { force: true });
  }

  /** Idempotent. */
  release(): void {
    this.#lock.release();
  }

  async #writeNote(note: Note): Promise<void> {
    await writeFileAtomically(join(this.path, NOTE), `${JSON.stringify(note, null, 2)}\n`);
  }

  async #readNote(): Promise<Note> {
    const path = join(this.path, NOTE);
    try {
      const note = JSON.parse(await readFile(path, "utf8")) as Note;
      if (typeof note.format === "string" && typeof note.source?.identity === "string") return note;
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cannotWrite(path, cause);
    }
    throw this.#refused(`whose ${NOTE} is not one`, "Name another folder, or remove this one.");
  }

  async #remove(names: readonly string[]): Promise<void> {
    // The metadata goes first: what still opens is whole.
    for (const name of names) {
      const path = join(this.path, name);
      await rm(path, { recursive: true, force: true, maxRetries: 5 }).catch((cause) => {
        throw cannotWrite(path, cause);
      });
    }
  }

  async #removeTemporaries(): Promise<void> {
    const notes = (await readdir(this.path)).filter((name) => nameOfTemporary(name) === NOTE);
    for (const name of notes) await rm(join(this.path, name), { force: true });
    for (const folder of ["images", "masks"]) {
      const root = join(this.path, folder);
      const found = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
      for (const { parentPath, name } of found) {
        if (nameOfTemporary(name) !== null) await rm(join(parentPath, name), { force: true });
      }
    }
  }

  #refused(problem: string, fix: string): WsolError {
    return new WsolError(
      "ERR_WSOL_WRITE",
      `expected a new or empty folder for the data set, got '${this.path}', ${problem}`,
      {
        details: { path: this.path },
        fix,
      },
    );
  }
}

/** The first thing in which two recipes differ, to follow "prepared"; null if they are the same. */
function differenceOf(note: SetOrigin, origin: SetOrigin): string | null {
  if (note.format !== origin.format) return `as ${note.format}`;
  if (note.source.identity !== origin.source.identity) return `from other files, of '${note.source.path}'`;
  const names = new Set([...Object.keys(note.settings ?? {}), ...Object.keys(origin.settings)]);
  for (const name of names) {
    const [then, now] = [note.settings?.[name], origin.settings[name]].map((value) => JSON.stringify(value));
    if (then !== now) return `with ${name} ${then ?? "not set"}, not ${now ?? "unset"}`;
  }
  return null;
}
