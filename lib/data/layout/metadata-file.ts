import { readFile } from "node:fs/promises";
import { describe, isWsolError, WsolError } from "../../errors";

/** Told of a fault in the metadata in place of throwing it, so that the others are found too. */
export type OnFault = (fault: WsolError) => void;

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
/** So much is made a string at a time: a file of a million lines is never in memory as bytes and as text. */
const CHUNK_BYTES = 2 ** 20;

/** A metadata file as lines: UTF-8, LF or CRLF, with or without a final newline. */
export class MetadataFile {
  /** Ids of lines that were refused, where faults are gathered. */
  readonly #refused = new Set<string>();

  private constructor(
    readonly path: string,
    private readonly bytes: Buffer,
    private readonly onFault: OnFault | null,
  ) {}

  /**
   * @param onFault Null: the first fault is thrown. Else a line that is refused is told of and passed over.
   * @throws ERR_WSOL_DATA when it cannot be read.
   */
  static async read(path: string, onFault: OnFault | null = null): Promise<MetadataFile> {
    const file = await MetadataFile.readIfPresent(path, onFault);
    if (file !== null) return file;
    throw new WsolError("ERR_WSOL_DATA", `expected the file '${path}', found none`, { details: { path } });
  }

  /** As {@link read}; null when there is no such file. */
  static async readIfPresent(path: string, onFault: OnFault | null = null): Promise<MetadataFile | null> {
    try {
      return new MetadataFile(path, await readFile(path), onFault);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code === "ENOENT") return null;
      throw new WsolError("ERR_WSOL_DATA", `cannot read '${path}': ${code ?? String(cause)}`, {
        details: { path },
        cause,
      });
    }
  }

  /** The lines of bytes that are there already; `path` is what messages call them. */
  static of(path: string, bytes: Uint8Array): MetadataFile {
    return new MetadataFile(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), null);
  }

  /** True when the file holds nothing but line ends and spaces. */
  get isEmpty(): boolean {
    return this.bytes.every((byte) => byte === SPACE || (byte >= TAB && byte <= CARRIAGE_RETURN));
  }

  /** Up to the first line end. @throws ERR_WSOL_DATA when it is not UTF-8 */
  get firstLine(): string {
    const end = this.bytes.findIndex((byte) => byte === LINE_FEED || byte === CARRIAGE_RETURN);
    return this.#decode(0, end === -1 ? this.bytes.length : end);
  }

  /**
   * Calls `visit` with each line and its 1-based number; empty lines are only allowed at the end.
   * @throws ERR_WSOL_DATA when it is not UTF-8
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
          if (emptyLine !== 0) this.fault(this.error(emptyLine, "expected no empty line before the end"));
          emptyLine = 0;
          this.#visit(visit, text.slice(start, stop), number);
        }
        start = end + 1;
      }
    }
  }

  /** Throws a fault, or tells of it where faults are gathered. */
  fault(error: WsolError): void {
    if (this.onFault === null) throw error;
    this.onFault(error);
  }

  /** Whether a line of this image was refused, so that what the file lacks of it is no fault of its own. */
  isRefused(id: string): boolean {
    return this.#refused.has(id);
  }

  #visit(visit: (line: string, number: number) => void, line: string, number: number): void {
    try {
      visit(line, number);
    } catch (error) {
      if (this.onFault === null || !isWsolError(error, "ERR_WSOL_DATA")) throw error;
      this.#refused.add(line.split(",", 1)[0]!);
      this.onFault(error);
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
  error(line: number, problem: string, options: { text?: string; fix?: string; about?: "box" } = {}): WsolError {
    const got = options.text === undefined ? "" : `, got ${describe(options.text)}`;
    return new WsolError("ERR_WSOL_DATA", `${this.path}:${line}: ${problem}${got}`, {
      details: {
        path: this.path,
        line,
        ...(options.text === undefined ? {} : { text: options.text }),
        ...(options.about === undefined ? {} : { about: options.about }),
      },
      ...(options.fix === undefined ? {} : { fix: options.fix }),
    });
  }
}
