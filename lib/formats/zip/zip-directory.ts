import { printableName } from "../printable";
import { FormatProblem } from "../problem";
import {
  CENTRAL_BYTES,
  CENTRAL_SIGNATURE,
  END_BYTES,
  IN_ZIP64_16,
  IN_ZIP64_32,
  ZIP64_END_BYTES,
  ZIP64_END_SIGNATURE,
  ZIP64_EXTRA,
  ZIP64_LOCATOR_BYTES,
  ZIP64_LOCATOR_SIGNATURE,
} from "./zip-layout";

/** What the central directory says of an entry; nothing of it is checked against the entry itself yet. */
export interface ZipEntry {
  readonly name: string;
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Of the local header. */
  readonly offset: number;
}

const MAX_ENTRIES = 2 ** 18;
const MAX_COMMENT_BYTES = 0xffff;
const ENCRYPTED = 1;
const END_SIGNATURE_BYTES = Buffer.from("PK\x05\x06", "latin1");

/** Entries of an archive by name, in its directory's order. @throws FormatProblem also for two of one name, or in one place */
export function readZipDirectory(bytes: Uint8Array): ReadonlyMap<string, ZipEntry> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, offset, end } = findDirectory(view);
  if (count > MAX_ENTRIES) throw new FormatProblem(`expected at most ${MAX_ENTRIES} zip entries, got ${count}`);
  if (offset > end || count * CENTRAL_BYTES > end - offset) throw damaged("its directory lies outside the file");
  const entries = new Map<string, ZipEntry>();
  let packedBytes = 0;
  for (let at = offset, index = 0; index < count; index++) {
    if (at + CENTRAL_BYTES > end || view.readUInt32LE(at) !== CENTRAL_SIGNATURE) {
      throw damaged(`entry ${index} of its directory is missing`);
    }
    const nameEnd = at + CENTRAL_BYTES + view.readUInt16LE(at + 28);
    const extraEnd = nameEnd + view.readUInt16LE(at + 30);
    const next = extraEnd + view.readUInt16LE(at + 32);
    if (next > end) throw damaged("its directory is truncated");
    const entry = readEntry(view, at, nameEnd, extraEnd);
    if (entries.has(entry.name)) throw damaged(`it has two entries ${printableName(entry.name)}`);
    entries.set(entry.name, entry);
    // Else a small archive of entries in one place would take as long to read as a huge one.
    packedBytes += entry.packedBytes;
    if (packedBytes > bytes.length) throw damaged("its entries are larger than the file");
    at = next;
  }
  return entries;
}

function readEntry(view: Buffer, at: number, nameEnd: number, extraEnd: number): ZipEntry {
  // In the order in which the zip64 field has those that are needed: size, packed size, offset.
  const sizes = [view.readUInt32LE(at + 24), view.readUInt32LE(at + 20), view.readUInt32LE(at + 42)];
  const extra = sizes.includes(IN_ZIP64_32) ? zip64Field(view.subarray(nameEnd, extraEnd)) : null;
  let used = 0;
  const [bytes, packedBytes, offset] = sizes.map((size) => {
    if (size !== IN_ZIP64_32 || extra === null) return size;
    if (used + 8 > extra.length) throw damaged("an entry's zip64 sizes are missing");
    used += 8;
    return Number(extra.readBigUInt64LE(used - 8));
  });
  return {
    name: view.toString("utf8", at + CENTRAL_BYTES, nameEnd),
    isEncrypted: (view.readUInt16LE(at + 8) & ENCRYPTED) !== 0,
    method: view.readUInt16LE(at + 10),
    crc: view.readUInt32LE(at + 16),
    packedBytes: packedBytes!,
    bytes: bytes!,
    offset: offset!,
  };
}

function zip64Field(extra: Buffer): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === ZIP64_EXTRA) return extra.subarray(at + 4, end);
    at = end;
  }
  return null;
}

interface Directory {
  readonly count: number;
  readonly offset: number;
  /** Where it ends at the latest. */
  readonly end: number;
}

function findDirectory(view: Buffer): Directory {
  const tail = view.subarray(-END_BYTES - MAX_COMMENT_BYTES);
  const skipped = view.length - tail.length;
  for (let from = tail.length - END_BYTES; from >= 0; from--) {
    from = tail.lastIndexOf(END_SIGNATURE_BYTES, from);
    if (from < 0) break;
    const at = skipped + from;
    if (at + END_BYTES + view.readUInt16LE(at + 20) !== view.length) continue;
    const [count, offset] = [view.readUInt16LE(at + 10), view.readUInt32LE(at + 16)];
    const isZip64 = count === IN_ZIP64_16 || offset === IN_ZIP64_32;
    return (isZip64 ? zip64Directory(view, at) : null) ?? { count, offset, end: at };
  }
  throw damaged("its end is missing, it may be truncated");
}

/** Null when there is no zip64 record: the numbers are then meant as they are. */
function zip64Directory(view: Buffer, endAt: number): Directory | null {
  const locator = endAt - ZIP64_LOCATOR_BYTES;
  if (locator < 0 || view.readUInt32LE(locator) !== ZIP64_LOCATOR_SIGNATURE) return null;
  const at = Number(view.readBigUInt64LE(locator + 8));
  if (at + ZIP64_END_BYTES > locator || view.readUInt32LE(at) !== ZIP64_END_SIGNATURE) {
    throw damaged("its zip64 record is missing");
  }
  return { count: Number(view.readBigUInt64LE(at + 32)), offset: Number(view.readBigUInt64LE(at + 48)), end: at };
}

function damaged(reason: string): FormatProblem {
  return new FormatProblem(`it is no whole zip archive: ${reason}`);
}
