import { closeSync, openSync, readSync } from "node:fs";

/** What the dynamic section of a shared library says. */
export interface ElfFacts {
  /** As in `process.arch`; the raw number for a machine that Node does not run on. */
  readonly arch: string;
  readonly soname: string | undefined;
  /** Sonames of the libraries it needs, in the order of the file. */
  readonly needed: readonly string[];
  /** RPATH or RUNPATH, split; `$ORIGIN` is left as it is. */
  readonly searchPath: readonly string[];
}

const MACHINES: Readonly<Record<number, string>> = { 62: "x64", 183: "arm64", 3: "ia32", 40: "arm", 243: "riscv64" };
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const DT = { null: 0, needed: 1, strtab: 5, strsz: 10, soname: 14, rpath: 15, runpath: 29 } as const;
const LARGEST_TABLE = 1 << 28;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * Reads a 64-bit little-endian ELF file by its program headers; a few small reads, however large the library.
 * @returns undefined for a file that is not ELF. @throws Error naming what is damaged.
 */
export function readElf(path: string): ElfFacts | undefined {
  const file = openSync(path, "r");
  try {
    const header = readAt(file, 0, 64, true);
    if (header.length < 64 || header.readUInt32BE(0) !== 0x7f454c46) return undefined;
    if (header[4] !== 2 || header[5] !== 1) throw new Error("not a 64-bit little-endian ELF file");
    const arch = MACHINES[header.readUInt16LE(18)] ?? String(header.readUInt16LE(18));
    const segments = readSegments(file, header);
    const dynamic = segments.find((segment) => segment.type === PT_DYNAMIC);
    if (!dynamic) return { arch, soname: undefined, needed: [], searchPath: [] };
    return { arch, ...readDynamic(file, dynamic, segments) };
  } finally {
    closeSync(file);
  }
}

function readSegments(file: number, header: Buffer): Segment[] {
  const entrySize = header.readUInt16LE(54);
  const count = header.readUInt16LE(56);
  if (entrySize < 56) throw new Error("damaged program headers");
  const table = readAt(file, toNumber(header.readBigUInt64LE(32)), entrySize * count);
  return Array.from({ length: count }, (_, index) => {
    const entry = table.subarray(index * entrySize);
    return {
      type: entry.readUInt32LE(0),
      offset: toNumber(entry.readBigUInt64LE(8)),
      address: toNumber(entry.readBigUInt64LE(16)),
      size: toNumber(entry.readBigUInt64LE(32)),
    };
  });
}

function readDynamic(file: number, dynamic: Segment, segments: readonly Segment[]): Omit<ElfFacts, "arch"> {
  const table = readAt(file, dynamic.offset, dynamic.size);
  const entries: { tag: number; value: number }[] = [];
  for (let at = 0; at + 16 <= table.length; at += 16) {
    // Tags of the operating system's own range exceed what a number holds exactly; none of them is of interest.
    const tag = Number(table.readBigUInt64LE(at));
    if (tag === DT.null) break;
    entries.push({ tag, value: Number(table.readBigUInt64LE(at + 8)) });
  }
  const entryOf = (tag: number) => entries.find((entry) => entry.tag === tag)?.value;
  const address = entryOf(DT.strtab);
  const size = entryOf(DT.strsz) ?? 0;
  const segment = segments.find(
    ({ type, address: from, size: length }) =>
      type === PT_LOAD && address !== undefined && address >= from && address < from + length,
  );
  if (address === undefined || !segment) throw new Error("the dynamic section has no string table");
  const strings = readAt(file, segment.offset + (address - segment.address), size);
  const text = (offset: number) => {
    const end = strings.indexOf(0, offset);
    if (offset >= strings.length || end < 0) throw new Error("a name lies outside the string table");
    return strings.toString("utf8", offset, end);
  };
  const soname = entryOf(DT.soname);
  const searchPath = entryOf(DT.runpath) ?? entryOf(DT.rpath);
  return {
    soname: soname === undefined ? undefined : text(soname),
    needed: entries.filter(({ tag }) => tag === DT.needed).map(({ value }) => text(value)),
    searchPath: searchPath === undefined ? [] : text(searchPath).split(":").filter(Boolean),
  };
}

function readAt(file: number, position: number, length: number, shortIsFine = false): Buffer {
  if (length > LARGEST_TABLE) throw new Error("a table is implausibly large");
  const buffer = Buffer.alloc(length);
  const read = readSync(file, buffer, 0, length, position);
  if (read < length && !shortIsFine) throw new Error("the file is truncated");
  return buffer.subarray(0, read);
}

function toNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error("an offset lies outside the file");
  return Number(value);
}
