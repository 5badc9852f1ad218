import { type FileHandle, open, readFile } from "node:fs/promises";
import { WsolError } from "../errors";
import { cannotWrite, writeFileAtomically } from "../files";

export interface MetricsLogOptions {
  /** Which of the events that are there already stay; for a resumed run, those before the checkpoint. @default all */
  readonly keep?: (event: object) => boolean;
}

/** `metrics.jsonl`: one JSON object per line, in the order of the events. Numbers that are not finite become null. */
export class MetricsLog {
  readonly path: string;
  readonly #file: FileHandle;
  #writes: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /**
   * Opens a log for appending; a last line that a kill cut short is removed first.
   * @throws ERR_WSOL_RUN_FOLDER naming the line that is no JSON object; ERR_WSOL_WRITE
   */
  static async open(path: string, { keep = () => true }: MetricsLogOptions = {}): Promise<MetricsLog> {
    const text = await readText(path);
    const kept = parseEvents(text, path).filter(keep);
    const wanted = kept.map(toLine).join("");
    if (wanted !== text) await writeFileAtomically(path, wanted);
    try {
      return new MetricsLog(path, await open(path, "a"));
    } catch (cause) {
      throw cannotWrite(path, cause);
    }
  }

  /** Appends one event and waits until it is on the disk. @throws ERR_WSOL_WRITE */
  async append(event: object): Promise<void> {
    const line = toLine(event);
    // Appends that were not awaited still go in order, each as a whole.
    const write = this.#writes.then(async () => {
      await this.#file.appendFile(line);
      await this.#file.datasync();
    });
    this.#writes = write.catch(() => undefined);
    await write.catch((cause) => {
      throw cannotWrite(this.path, cause);
    });
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#writes;
    await this.#file.close();
  }
}

/**
 * The events of a log; a last line cut short by a kill is passed over, a missing file gives none.
 * @throws ERR_WSOL_RUN_FOLDER naming the line that is no JSON object
 */
export async function readMetrics(path: string): Promise<object[]> {
  return parseEvents(await readText(path), path);
}

function toLine(event: object): string {
  return `${JSON.stringify(event)}\n`;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw new WsolError("ERR_WSOL_RUN_FOLDER", `cannot read '${path}': ${(cause as Error).message}`, {
      details: { path },
      cause,
    });
  }
}

function parseEvents(text: string, path: string): object[] {
  const lines = text.split("\n");
  const events: object[] = [];
  lines.forEach((line, index) => {
    if (line.trim() === "") return;
    const event = parseObject(line);
    // Only what no line break ends can be a write cut short.
    if (event === null && index < lines.length - 1) {
      throw new WsolError("ERR_WSOL_RUN_FOLDER", `expected a JSON object in line ${index + 1} of '${path}'`, {
        details: { path, line: index + 1 },
      });
    }
    if (event !== null) events.push(event);
  });
  return events;
}

function parseObject(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
