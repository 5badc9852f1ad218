import { FormatProblem } from "./problem";

export const BLOCK_BYTES = 512;

export interface TarHeader {
  readonly kind: "file" | "folder" | "link" | "pax" | "global" | "long-name" | "long-target";
  readonly name: string;
  readonly size: number;
  readonly target: string;
}

/** By the type flag; what is not here is a device, a pipe, a sparse file or nothing that is known. */
const KINDS: Readonly<Record<string, TarHeader["kind"]>> = {
  "\0": "file",
  "0": "file",
  "7": "file",
  "1": "link",
  "2": "link",
  "5": "folder",
  x: "pax",
  g: "global",
  L: "long-name",
  K: "long-target",
};

/** A block of 512 bytes; null for one of zeros. @throws FormatProblem */
export function readTarHeader(block: Buffer): TarHeader | null {
  let sum = 0;
  for (const byte of block) sum += byte;
  if (sum === 0) return null;
  for (let at = 148; at < 156; at++) sum += 0x20 - block[at]!;
  if (sum !== readNumber(block, 148, 8)) {
    throw new FormatProblem("the checksum of a header is wrong: it is no tar, or damaged");
  }
  const flag = block.toString("latin1", 156, 157);
  const kind = KINDS[flag];
  const name = readText(block, 0, 100);
  if (kind === undefined)
    throw new FormatProblem(`'${name}' is neither a file nor a folder (type ${JSON.stringify(flag)})`);
  const size = readNumber(block, 124, 12);
  if (!Number.isSafeInteger(size) || size < 0) throw new FormatProblem(`'${name}' has an impossible size`);
  // Only POSIX's own format has a prefix there; GNU's keeps other things in its place.
  const prefix = block.toString("latin1", 257, 263) === "ustar\0" ? readText(block, 345, 155) : "";
  return { kind, name: prefix === "" ? name : `${prefix}/${name}`, size, target: readText(block, 157, 100) };
}

function readText(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at);
  return block.toString("utf8", at, end === -1 ? at + length : Math.min(end, at + length));
}

/** Octal digits, or with the highest bit set a big-endian number; NaN for anything else. */
function readNumber(block: Buffer, at: number, length: number): number {
  if (block[at] === 0x80) {
    let value = 0;
    for (let i = at + 1; i < at + length; i++) value = value * 256 + block[i]!;
    return value;
  }
  const [, digits] = /^ *([0-7]*)[ \0]*$/.exec(block.toString("latin1", at, at + length)) ?? [];
  return digits === undefined ? Number.NaN : Number.parseInt(digits || "0", 8);
}
