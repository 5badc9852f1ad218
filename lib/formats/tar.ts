import type { ByteReader } from "./byte-reader";
import { FormatProblem } from "./problem";
import { BLOCK_BYTES, readTarHeader, type TarHeader } from "./tar-header";

/** A file, folder or link of a tar, as its headers say; nothing about the name is to be trusted. */
export interface TarEntry {
  readonly name: string;
  readonly type: "file" | "folder" | "link";
  /** Bytes of a file's content; 0 for others. */
  readonly size: number;
  /** Where a link leads. */
  readonly target: string;
  /** Of the content, counted as the reader's `position`. */
  readonly at: number;
}

/** Of a long name, or of an extended header: more than any path needs. */
const MAX_EXTENSION_BYTES = 2 ** 16;

/**
 * The entries of a tar in their order: ustar, pax, GNU and the old format, names and sizes of any length. While an entry is
 * held, its content may be taken from `bytes`; what is left of it is passed over. Devices and sparse files are refused. A tar
 * that ends between two entries without the blocks of zeros is taken as whole, as tar itself does.
 * @throws FormatProblem
 */
export async function* walkTar(bytes: ByteReader): AsyncGenerator<TarEntry, void, void> {
  let extension: Extension = {};
  for (;;) {
    const header = await nextHeader(bytes);
    if (header === null) break;
    const { kind } = header;
    if (kind === "pax" || kind === "long-name" || kind === "long-target") {
      extension = { ...extension, ...(await readExtension(bytes, header)) };
      continue;
    }
    const size = kind === "folder" || kind === "link" ? 0 : (extension.size ?? header.size);
    const at = bytes.position;
    if (kind !== "global") {
      const { name = header.name, target = header.target } = extension;
      extension = {};
      const isFolder = kind === "folder" || (kind === "file" && name.endsWith("/"));
      yield { name, type: isFolder ? "folder" : kind, size, target, at };
    }
    await bytes.skip(at + size + paddingOf(size) - bytes.position);
  }
  if (Object.keys(extension).length > 0) throw new FormatProblem("it is truncated");
}

/** Null at the end: two blocks of zeros, or nothing any more. */
async function nextHeader(bytes: ByteReader): Promise<TarHeader | null> {
  for (let zeros = 0; zeros < 2; zeros++) {
    const block = await bytes.take(BLOCK_BYTES);
    if (block.length === 0) return null;
    if (block.length < BLOCK_BYTES) throw new FormatProblem("it is truncated");
    const header = readTarHeader(block);
    if (header !== null) return header;
  }
  return null;
}

interface Extension {
  readonly name?: string;
  readonly target?: string;
  readonly size?: number;
}

async function readExtension(bytes: ByteReader, { kind, size }: TarHeader): Promise<Extension> {
  if (size > MAX_EXTENSION_BYTES) {
    throw new FormatProblem(`it has a header of ${size} bytes, expected at most ${MAX_EXTENSION_BYTES}`);
  }
  const content = await bytes.take(size);
  if (content.length < size) throw new FormatProblem("it is truncated");
  await bytes.skip(paddingOf(size));
  if (kind === "pax") return readPax(content);
  const text = content.toString("utf8").split("\0", 1)[0]!;
  return kind === "long-name" ? { name: text } : { target: text };
}

/** Records `<length> <key>=<value>\n`, the length that of the whole record in decimal digits. */
function readPax(content: Buffer): Extension {
  const extension: { -readonly [key in keyof Extension]: Extension[key] } = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const digits = content.toString("latin1", at, Math.min(space, at + 8));
    const end = at + Number(digits);
    if (space === -1 || !/^[1-9]\d{0,6}$/.test(digits) || end > content.length || content[end - 1] !== 0x0a) {
      throw new FormatProblem("it has a damaged extended header");
    }
    const record = content.toString("utf8", space + 1, end - 1);
    const equals = record.indexOf("=");
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)];
    if (key === "path") extension.name = value;
    if (key === "linkpath") extension.target = value;
    if (key === "size") extension.size = checkedSize(value);
    if (key.startsWith("GNU.sparse.")) throw new FormatProblem("it has a sparse file");
    at = end;
  }
  return extension;
}

function checkedSize(text: string): number {
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new FormatProblem(`it has a file of '${text.slice(0, 30)}' bytes`);
  }
  return Number(text);
}

function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}
