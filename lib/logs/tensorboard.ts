import { type FileHandle, open, readdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { invalidArgument } from "../errors";
import { cannotWrite } from "../files";
import { fileVersionEvent, frameRecord, scalarEvent, sessionStartEvent } from "./event-record";

export interface EventFileOptions {
  /** The first step that is logged anew; TensorBoard drops what earlier files of the folder hold from it on. @default none */
  readonly resumeAt?: number;
}

const PREFIX = "events.out.tfevents";
const SUFFIX = ".wsol";

/** Whether a file of this name is one of ours; TensorBoard reads those of other writers too. */
export function isEventFile(name: string): boolean {
  return name.startsWith(`${PREFIX}.`) && name.endsWith(SUFFIX);
}

/**
 * An event file that TensorBoard reads. Every session of a run opens a new file beside the earlier ones, which
 * TensorBoard joins in the order of their names; nothing is ever appended to what a killed process left.
 */
export class EventFile {
  readonly path: string;
  readonly #file: FileHandle;
  #pending: Uint8Array[] = [];
  #writes: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** @throws ERR_WSOL_WRITE */
  static async open(folder: string, { resumeAt }: EventFileOptions = {}): Promise<EventFile> {
    if (resumeAt !== undefined) checkStep("resumeAt", resumeAt);
    const now = Date.now() / 1000;
    const isFirst = !(await holdsEvents(folder));
    const created = await createFile(folder, Math.floor(now));
    const events = new EventFile(created.path, created.file);
    events.#add(fileVersionEvent(now));
    // TensorBoard takes the first start of a folder for granted, and drops steps at later ones only.
    if (isFirst) events.#add(sessionStartEvent(now, 0));
    else if (resumeAt !== undefined) events.#add(sessionStartEvent(now, resumeAt));
    await events.flush();
    return events;
  }

  /**
   * Adds one point of the curve `tag`; it is in the file after the next {@link flush}.
   * @param value Stored as float32.
   * @param wallTime Seconds since 1970. @default now
   */
  scalar(tag: string, value: number, step: number, wallTime: number = Date.now() / 1000): void {
    if (typeof tag !== "string" || tag === "") throw invalidArgument("tag", "a name", tag);
    if (typeof value !== "number") throw invalidArgument("value", "a number", value);
    checkStep("step", step);
    this.#add(scalarEvent(tag, value, step, wallTime));
  }

  /** Writes what is pending. @throws ERR_WSOL_WRITE */
  async flush(): Promise<void> {
    if (this.#isClosed) return;
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    const write = this.#writes.then(() => this.#file.appendFile(bytes));
    this.#writes = write.catch(() => undefined);
    await write.catch((cause) => {
      throw cannotWrite(this.path, cause);
    });
  }

  /** Flushes and closes; idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.flush();
    } finally {
      this.#isClosed = true;
      await this.#file.close();
    }
  }

  #add(event: Uint8Array): void {
    this.#pending.push(frameRecord(event));
  }
}

function checkStep(parameter: string, step: number): void {
  if (!Number.isSafeInteger(step) || step < 0) throw invalidArgument(parameter, "a whole number of at least 0", step);
}

async function holdsEvents(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some((name) => name.startsWith(PREFIX));
}

/** Two sessions may start within one second: the later then takes the next free second in its name. */
async function createFile(folder: string, seconds: number): Promise<{ path: string; file: FileHandle }> {
  const host = hostname().replaceAll(/[^\w-]/g, "_");
  for (let time = seconds; ; time++) {
    const path = join(folder, `${PREFIX}.${time}.${host}${SUFFIX}`);
    try {
      return { path, file: await open(path, "ax") };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cannotWrite(path, cause);
    }
  }
}
