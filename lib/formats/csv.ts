import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { FormatProblem } from "./problem";
import { utf8Checked } from "./utf8";

export interface CsvRecord {
  readonly fields: readonly string[];
  /** The 1-based line that the record ends in. */
  readonly line: number;
}

/** Longer records are refused before they are held: one quote too many would make the rest of a file one field. */
export const MAX_CSV_RECORD = 65_536;
/** Of a line, since a record's empty fields count for nothing above. */
const MAX_LINE = 2 ** 20;
const NEWLINE = 0x0a;
const DELIMITERS = [",", ";", "\t"] as const;

/**
 * The records of a CSV file, as RFC 4180 has them: fields may be quoted, lines end in LF or CRLF, empty ones are passed over,
 * spaces around a field are not part of it. Fields are separated by whichever of comma, semicolon and tab the first line
 * has most of. Reads as it is consumed; no more than one record and one chunk are held.
 * @throws FormatProblem naming the line
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord, void, void> {
  const text = checked(chunks);
  const start = await firstLine(text);
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(start.toString("utf8")),
    info: true,
    max_record_size: MAX_CSV_RECORD,
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  // Its errors arrive through the parser, which it destroys.
  pipeline(Readable.from(joined(start, text)), parser, () => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      yield { fields: record, line: info.lines };
    }
  } catch (error) {
    throw problemOf(error);
  }
}

async function* checked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let lineLength = 0;
  for await (const chunk of utf8Checked(chunks)) {
    for (let start = 0; start < chunk.length; ) {
      const end = chunk.indexOf(NEWLINE, start);
      lineLength += (end === -1 ? chunk.length : end) - start;
      if (lineLength > MAX_LINE) throw new FormatProblem(`a line has more than ${MAX_LINE} bytes`);
      if (end === -1) break;
      lineLength = 0;
      start = end + 1;
    }
    yield chunk;
  }
}

/** What there is up to the chunk that ends the first line. */
async function firstLine(chunks: AsyncGenerator<Uint8Array, void, void>): Promise<Buffer> {
  let read = Buffer.alloc(0);
  while (read.length < MAX_CSV_RECORD && !read.includes("\n")) {
    const { done, value } = await chunks.next();
    if (done) break;
    read = Buffer.concat([read, value]);
  }
  return read;
}

async function* joined(start: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  if (start.length > 0) yield start;
  yield* rest;
}

function delimiterOf(text: string): string {
  const line = text.slice(0, /[\r\n]|$/.exec(text)?.index).replaceAll(/"[^"]*"/g, "");
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote is opened and not closed",
  CSV_INVALID_CLOSING_QUOTE: "a closing quote is followed by more text; quotes inside a field are doubled",
  INVALID_OPENING_QUOTE: "a quote begins inside a field; such fields are quoted as a whole, with the quote doubled",
  CSV_MAX_RECORD_SIZE: `a record has more than ${MAX_CSV_RECORD} characters`,
};

function problemOf(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const { code, message, lines } = error as CsvError & { lines?: number };
  return new FormatProblem(
    `${PROBLEMS[code] ?? message.slice(0, 200)}${lines === undefined ? "" : ` (line ${lines})`}`,
  );
}
