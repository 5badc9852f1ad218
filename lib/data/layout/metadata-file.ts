import { readFile } from "node:fs/promises";
import { describe, WsolError } from "../../errors";

/** A metadata file as lines: UTF-8, LF or CRLF, with or without a final newline. */
export class MetadataFile {
  private constructor(
    readonly path: string,
    private readonly text: string,
  ) {}

  /** @throws ERR_WSOL_DATA when it cannot be read or is not UTF-8. */
  static async read(path: string): Promise<MetadataFile> {
    const file = await MetadataFile.readIfPresent(path);
    if (file !== null) return file;
    throw new WsolError("ERR_WSOL_DATA", `expected the file '${path}', found none`, { details: { path } });
  }

  /** As {@link read}; null when there is no such file. */
  static async readIfPresent(path: string): Promise<MetadataFile | null> {
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
    return MetadataFile.of(path, bytes);
  }

  /** The lines of bytes that are there already; `path` is what messages call them. @throws ERR_WSOL_DATA if not UTF-8 */
  static of(path: string, bytes: Uint8Array): MetadataFile {
    try {
      return new MetadataFile(path, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
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
        if (emptyLine !== 0) throw this.error(emptyLine, "expected no empty line before the end");
        visit(text.slice(start, stop), number);
      }
      start = end + 1;
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
