import { readFile } from "node:fs/promises";
import { describe, WsolError } from "../../errors";

const TAB = 9;
const LINE_FEED = 10; /** So much is made a string at a time: a file of a million lines is never in memory as bytes and as text. */
const CHUNK_BYTES = 2 ** 20;

/** A metadata file as lines: UTF-8, LF or CRLF, with or without a final newline. */
export class MetadataFile {
  private constructor(
    readonly path: string,
    private readonly bytes: Buffer,
  ) {}

  /** @throws ERR_WSOL_DATA when it cannot be read. */
  static async read(path: string): Promise<MetadataFile> {
    const file = await MetadataFile.readIfPresent(path);
    if (file !== null) return file;
    throw new WsolError("ERR_WSOL_DATA", `expected the file '${path}', found none`, { details: { path } });
  }

  /** As {@link read}; null when there is no such file. */
  static async readIfPresent(path: string): Promise<MetadataFile | null> {
    try {
      return new MetadataFile(path, await readFile(path));
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code === "ENOENT") return null;
      throw new WsolError("ERR_WSOL_DATA", `cannot read '${path}': ${code ?? String(cause)}`, {
        details: { path },
        cause,
      });
    }
  }

  /** True when the file holds nothing but line ends and spaces. */
  get isEmpty(): boolean {
    return this.bytes.every((byte) => byte === SPACE || (byte >= TAB && byte <= CARRIAGE_RETURN));
  }

  /** Up to the first line end. */
  get firstLine(): string {
    const end = this.bytes.findIndex((byte) => byte === LINE_FEED || byte === CARRIAGE_RETURN);
    return this.#decode(0, end === -1 ? this.bytes.length : end);
  }

  /**
   * Calls `visit` with each line and its 1-based number; empty lines are only allowed at the end.
   * @throws ERR_WSOL_DATA when it is not UTF-8.
   */
  forEachLine(visit: (line: string, number: number) => void): void {
    let emptyLine = 0;
    let number = 0;
    for (const text of this.#chunks()) {
      for (let start = 0; start < text.length; ) {
        number++;
        let end = text.indexOf("\n", start);
        if (end === -1) end = text.length;
        const stop = end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
        if (stop === start) {
          emptyLine ||= number;
        } else {
          if (emptyLine !== 0) throw this.error(emptyLine, "expected no empty line before the end");
          visit(text.slice(start, stop), number);
        }
        start = end + 1;
      }
    }
  }

  /** Whole lines, about as many as make a chunk. */
  *#chunks(): Generator<string, void> {
    const { bytes } = this;
    for (let start = 0; start < bytes.length; ) {
      const lineEnd = bytes.indexOf(LINE_FEED, Math.min(start + CHUNK_BYTES, bytes.length - 1));
      const end = lineEnd === -1 ? bytes.length : lineEnd + 1;
      yield this.#decode(start, end);
      start = end;
    }
  }

  #decode(start: number, end: number): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: start > 0 }).decode(this.bytes.subarray(start, end));
    } catch (cause) {
      throw new WsolError("ERR_WSOL_DATA", `expected UTF-8 text in '${this.path}'`, {
        details: { path: this.path },
        fix: "Save it as UTF-8.",
        cause,
      });
    }
  }

  /** The coded error for a line: `<path>:<line>: <problem>, got <text>`. */
  error(line: number, problem: string, options: { text?: string; fix?: string } = {}): WsolError {
    const got = options.text === undefined ? "" : `, got ${describe(options.text)}`;
    return new WsolError("ERR_WSOL_DATA", `${this.path}:${line}: ${problem}${got}`, {
      details: { path: this.path, line, ...(options.text === undefined ? {} : { text: options.text }) },
      ...(options.fix === undefined ? {} : { fix: options.fix }),
    });
  }
}

const CARRIAGE_RETURN = 13;
const SPACE = 32;
