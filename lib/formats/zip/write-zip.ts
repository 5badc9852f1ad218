import { crc32 } from "node:zlib";
import {
  CENTRAL_BYTES,
  CENTRAL_SIGNATURE,
  END_BYTES,
  END_SIGNATURE,
  IN_ZIP64_16,
  IN_ZIP64_32,
  LOCAL_BYTES,
  LOCAL_SIGNATURE,
  ZIP64_END_BYTES,
  ZIP64_END_SIGNATURE,
  ZIP64_EXTRA,
  ZIP64_LOCATOR_BYTES,
  ZIP64_LOCATOR_SIGNATURE,
} from "./zip-layout";

export interface ZipContent {
  readonly name: string;
  readonly content: Uint8Array;
}

// 1980-01-01, so that equal contents make equal files.
const DATE = 0x21;
const UTF8_NAMES = 0x800;
const VERSION = 20;
const VERSION_ZIP64 = 45;
const PADDING_EXTRA = Buffer.from("FB");

/**
 * The parts of a zip archive, in order, made as they are asked for and copying no content: stored entries, whose contents
 * begin at multiples of `alignment` bytes by an extra field of padding, as PyTorch's do; zip64 where 32 bits do not do.
 */
export function* zipParts(contents: Iterable<ZipContent>, alignment: number): Generator<Uint8Array> {
  const central: Buffer[] = [];
  let at = 0;
  for (const { name, content } of contents) {
    const nameBytes = Buffer.from(name);
    const common = { nameBytes, crc: crc32(content), bytes: content.byteLength, offset: at };
    const header = localHeader(common, alignment);
    central.push(centralHeader(common));
    yield header;
    yield content;
    at += header.length + content.byteLength;
  }
  const directory = Buffer.concat(central);
  yield directory;
  yield end(central.length, directory.length, at);
}

interface Entry {
  readonly nameBytes: Buffer;
  readonly crc: number;
  readonly bytes: number;
  readonly offset: number;
}

function localHeader(entry: Entry, alignment: number): Buffer {
  const sizes = entry.bytes >= IN_ZIP64_32 ? zip64Extra([entry.bytes, entry.bytes]) : Buffer.alloc(0);
  const unpadded = entry.offset + LOCAL_BYTES + entry.nameBytes.length + sizes.length + PADDING_EXTRA.length + 2;
  const padding = Buffer.alloc(PADDING_EXTRA.length + 2 + ((alignment - (unpadded % alignment)) % alignment));
  PADDING_EXTRA.copy(padding);
  padding.writeUInt16LE(padding.length - 4, 2);
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  writeCommon(header, 4, entry, sizes.length + padding.length);
  return Buffer.concat([header, entry.nameBytes, sizes, padding]);
}

function centralHeader(entry: Entry): Buffer {
  const { bytes, offset } = entry;
  const large = [...(bytes >= IN_ZIP64_32 ? [bytes, bytes] : []), ...(offset >= IN_ZIP64_32 ? [offset] : [])];
  const extra = large.length > 0 ? zip64Extra(large) : Buffer.alloc(0);
  const header = Buffer.alloc(CENTRAL_BYTES);
  header.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  header.writeUInt16LE(large.length > 0 ? VERSION_ZIP64 : VERSION, 4);
  writeCommon(header, 6, entry, extra.length);
  header.writeUInt32LE(Math.min(offset, IN_ZIP64_32), 42);
  return Buffer.concat([header, entry.nameBytes, extra]);
}

/** The fields that both headers have, from the version needed on. */
function writeCommon(header: Buffer, at: number, { nameBytes, crc, bytes, offset }: Entry, extraBytes: number): void {
  header.writeUInt16LE(Math.max(bytes, offset) >= IN_ZIP64_32 ? VERSION_ZIP64 : VERSION, at);
  header.writeUInt16LE(UTF8_NAMES, at + 2);
  header.writeUInt16LE(DATE, at + 8);
  header.writeUInt32LE(crc, at + 10);
  header.writeUInt32LE(Math.min(bytes, IN_ZIP64_32), at + 14);
  header.writeUInt32LE(Math.min(bytes, IN_ZIP64_32), at + 18);
  header.writeUInt16LE(nameBytes.length, at + 22);
  header.writeUInt16LE(extraBytes, at + 24);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(ZIP64_EXTRA, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}

function end(count: number, directoryBytes: number, offset: number): Buffer {
  const record = Buffer.alloc(END_BYTES);
  record.writeUInt32LE(END_SIGNATURE, 0);
  for (const at of [8, 10]) record.writeUInt16LE(Math.min(count, IN_ZIP64_16), at);
  record.writeUInt32LE(Math.min(directoryBytes, IN_ZIP64_32), 12);
  record.writeUInt32LE(Math.min(offset, IN_ZIP64_32), 16);
  if (count < IN_ZIP64_16 && offset < IN_ZIP64_32 && directoryBytes < IN_ZIP64_32) return record;
  const large = Buffer.alloc(ZIP64_END_BYTES + ZIP64_LOCATOR_BYTES);
  large.writeUInt32LE(ZIP64_END_SIGNATURE, 0);
  large.writeBigUInt64LE(BigInt(ZIP64_END_BYTES - 12), 4);
  for (const at of [12, 14]) large.writeUInt16LE(VERSION_ZIP64, at);
  for (const at of [24, 32]) large.writeBigUInt64LE(BigInt(count), at);
  large.writeBigUInt64LE(BigInt(directoryBytes), 40);
  large.writeBigUInt64LE(BigInt(offset), 48);
  large.writeUInt32LE(ZIP64_LOCATOR_SIGNATURE, ZIP64_END_BYTES);
  large.writeBigUInt64LE(BigInt(offset + directoryBytes), ZIP64_END_BYTES + 8);
  large.writeUInt32LE(1, ZIP64_END_BYTES + 16);
  return Buffer.concat([large, record]);
}
