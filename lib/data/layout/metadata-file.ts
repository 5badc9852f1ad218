import { readFile } from "node:fs/promises";
import { describe, isWsolError, WsolError } from "../../errors";

/** Told of a fault in the metadata in place of throwing it, so that the others are found too. */
export type OnFault = (fault: WsolError) => void;

/** A metadata file as lines: UTF-8, LF or CRLF, with or without a final newline. */
export class MetadataFile {
  /** Ids of lines that were refused, where faults are gathered. */
  readonly #refused = new Set<string>();

  private constructor(
    readonly path: string,
    private readonly text: string,
    private readonly onFault: OnFault | null,
  ) {}

  /**
   * @param onFault Null: the first fault is thrown. Else a line that is refused is told of and passed over.
   * @throws ERR_WSOL_DATA when it cannot be read or is not UTF-8.
   */
  static async read(path: string, onFault: OnFault | null = null): Promise<MetadataFile> {
    const file = await MetadataFile.readIfPresent(path, onFault);
    if (file !== null) return file;
    throw new WsolError("ERR_WSOL_DATA", `expected the file '${path}', found none`, { details: { path } });
  }

  /** As {@link read}; null when there is no such file. */
  static async readIfPresent(path: string, onFault: OnFault | null = null): Promise<MetadataFile | null> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code === "ENOENT") return null;
      throw new WsolError("ERR_WSOL_DATA", `cannot read '${path}': ${code ?? String(cause)}`, {
        details: { path },
        cause,
      });
    }
    try {
      return new MetadataFile(path, new TextDecoder("utf-8", { fatal: true }).decode(bytes), onFault);
    } catch (cause) {
      throw new WsolError("ERR_WSOL_DATA", `expected UTF-8 text in '${path}'`, {
        details: { path },
        fix: "Save it as UTF-8.",
        cause,
      });
    }
  }

  /** True when the file holds nothing but line ends and spaces. */
  get isEmpty(): boolean {
    return !/\S/.test(this.text);
  }

  /** Up to the first line end. */
  get firstLine(): string {
    return this.text.slice(0, /[\r\n]|$/.exec(this.text)?.index);
  }

  /** Calls `visit` with each line and its 1-based number; empty lines are only allowed at the end. */
  forEachLine(visit: (line: string, number: number) => void): void {
    const { text } = this;
    let emptyLine = 0;
    for (let start = 0, number = 1; start < text.length; number++) {
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

const CARRIAGE_RETURN = 13;
