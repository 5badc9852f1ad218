import { FormatProblem } from "../problem";
import { exactInteger } from "./pickle-bytes";

const MAX_DIGITS = 1024;
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\", "'": "'", '"': '"', n: "\n", r: "\r", t: "\t" };

/** INT and LONG of protocol 0; `00` and `01` are bools there. @throws FormatProblem */
export function integerOfText(text: string): number | bigint | boolean {
  if (text === "00" || text === "01") return text === "01";
  if (text.length > MAX_DIGITS || !/^-?\d+L?$/.test(text))
    throw new FormatProblem("its pickle has no number where one is due");
  return exactInteger(BigInt(text.replace("L", "")));
}

/** FLOAT of protocol 0, as Python's `repr` writes it. @throws FormatProblem */
export function floatOfText(text: string): number {
  const words: Readonly<Record<string, number>> = {
    nan: Number.NaN,
    inf: Number.POSITIVE_INFINITY,
    "-inf": Number.NEGATIVE_INFINITY,
  };
  if (Object.hasOwn(words, text)) return words[text]!;
  if (text.length > MAX_DIGITS || !/^-?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text)) {
    throw new FormatProblem("its pickle has no number where one is due");
  }
  return Number(text);
}

/** Index of a memo entry. @throws FormatProblem */
export function indexOfText(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new FormatProblem("its pickle has no number where one is due");
  return Number(text);
}

/** STRING of protocol 0: a Python literal in quotes. @throws FormatProblem */
export function stringOfText(text: string): string {
  const body = /^(['"])(.*)\1$/s.exec(text)?.[2];
  if (body === undefined) throw new FormatProblem("its pickle has a text without quotes");
  return body.replace(/\\(x[0-9a-fA-F]{2}|.)/gs, (whole, escaped: string) =>
    escaped.length === 3 ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16)) : (ESCAPES[escaped] ?? whole),
  );
}

/** UNICODE of protocol 0: Latin-1 with `\uXXXX` and `\UXXXXXXXX`. */
export function unicodeOfText(text: string): string {
  return text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short?: string, long?: string) => {
    const point = Number.parseInt(short ?? long!, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
