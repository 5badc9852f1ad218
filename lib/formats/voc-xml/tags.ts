import { FormatProblem } from "../problem";

/** The tags inside one, by their names; a name that stands there several times has an array. */
export type Tag = Readonly<Record<string, unknown>>;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const ENTITY = /&([^;&]{0,12};)?/g;
const NAMED: Readonly<Record<string, string>> = { "amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "apos;": "'" };

/** The tags inside the one `name`; null where there is none. An empty tag has none. @throws FormatProblem for several */
export function within(tag: Tag, name: string): Tag | null {
  const found = tag[name];
  if (found === undefined) return null;
  if (Array.isArray(found)) throw several(name);
  if (typeof found === "object" && found !== null) return found as Tag;
  if (found === "") return {};
  throw new FormatProblem(`expected tags inside <${name}>, found text`);
}

/** The text of the tag `name`. @throws FormatProblem where it is missing, there are several, or it holds tags */
export function textOf(tag: Tag, name: string): string {
  const text = optionalText(tag, name);
  if (text === null) throw new FormatProblem(`expected a <${name}>, found none`);
  return text;
}

/** Null where there is none. @throws FormatProblem where there are several, or it holds tags */
export function optionalText(tag: Tag, name: string): string | null {
  const found = tag[name];
  if (found === undefined) return null;
  if (Array.isArray(found)) throw several(name);
  if (typeof found !== "string") throw new FormatProblem(`expected plain text inside <${name}>`);
  return found.replace(ENTITY, (_, entity: string | undefined) => characterOf(entity));
}

/** @throws FormatProblem where it is missing, or no finite number */
export function numberOf(tag: Tag, name: string): number {
  const text = textOf(tag, name);
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) {
    throw new FormatProblem(`expected a number inside <${name}>, found ${JSON.stringify(text.slice(0, 40))}`);
  }
  return value;
}

function characterOf(entity: string | undefined): string {
  const named = entity === undefined ? undefined : NAMED[entity];
  if (named !== undefined) return named;
  const [, hex, decimal] = /^#(?:x([\da-fA-F]+)|(\d+));$/.exec(entity ?? "") ?? [];
  const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal ?? Number.NaN);
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  if (!isCharacter) throw new FormatProblem(`it has the unknown entity ${JSON.stringify(`&${entity ?? ""}`)}`);
  return String.fromCodePoint(code);
}

function several(name: string): FormatProblem {
  return new FormatProblem(`expected one <${name}>, found several`);
}
