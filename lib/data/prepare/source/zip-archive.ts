import { stat } from "node:fs/promises";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { FormatProblem } from "../../../formats/problem";
import { EntryList, staysInside } from "./entry-list";
import { mostUnpacked } from "./limits";
import { checkReadable } from "./readable";
import type { OpenArchiveOptions, SourceArchive } from "./source-archive";
import { visitorOf } from "./visits";

const FILE_TYPE = 0o170000;
const FOLDER = 0o040000;
const LINK = 0o120000;
const PLAIN = 0o100000;
const LONGEST_TARGET = 4096;

/** A zip: listed by its directory, its entries unpacked where they lie. @throws FormatProblem */
export async function openZip(path: string, options: OpenArchiveOptions): Promise<SourceArchive> {
  const { size } = await stat(path);
  const open = promisify<string, yauzl.Options, ZipFile>(yauzl.open);
  const zip = await open(path, {
    lazyEntries: true,
    autoClose: false,
    strictFileNames: true,
    validateEntrySizes: true,
  }).catch(refuse);
  // One that comes late, when nobody waits for an entry any more, has been told already.
  zip.on("error", () => undefined);
  try {
    const list = await listOf(zip, options, mostUnpacked(size));
    options.onBytes(size);
    const read = async (name: string): Promise<Buffer> => {
      const entry = list.places.get(name)!;
      checkReadable(entry);
      return readEntry(zip, entry.place);
    };
    return {
      entries: list.places,
      read,
      visit: visitorOf(list.places, read),
      close: async () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function listOf(zip: ZipFile, options: OpenArchiveOptions, most: number): Promise<EntryList<Entry>> {
  const list = new EntryList<Entry>();
  let total = 0;
  for await (const entry of orRefused(zip.eachEntry())) {
    options.signal?.throwIfAborted();
    const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
    if (entry.fileName.endsWith("/") || type === FOLDER) continue;
    if (type === LINK) {
      await checkLink(zip, entry);
      continue;
    }
    if (type !== 0 && type !== PLAIN) throw new FormatProblem(`'${entry.fileName}' is neither a file nor a folder`);
    total += entry.uncompressedSize;
    if (total > most) {
      throw new FormatProblem(`it unpacks to more than ${most} bytes, which its own size does not account for`);
    }
    list.add(options.folder, entry.fileName, entry.uncompressedSize, entry);
  }
  return list;
}

/** One that stays inside is passed over, so that an image that is one counts as missing. */
async function checkLink(zip: ZipFile, entry: Entry): Promise<void> {
  const target = entry.uncompressedSize > LONGEST_TARGET ? "" : (await readEntry(zip, entry)).toString("utf8");
  if (target !== "" && staysInside(entry.fileName, target)) return;
  throw new FormatProblem(
    `'${entry.fileName}' is a link that leads out of it, to ${JSON.stringify(target.slice(0, 100))}`,
  );
}

/** Yauzl ends a stream that grows beyond the entry's declared size, which was checked. */
async function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    if (crc32(bytes) !== entry.crc32 >>> 0) throw new Error("its checksum is wrong");
    return bytes;
  } catch (cause) {
    throw new FormatProblem(`'${entry.fileName}' cannot be unpacked: ${(cause as Error).message}`);
  }
}

async function* orRefused(entries: AsyncIterable<Entry>): AsyncGenerator<Entry, void, void> {
  try {
    for await (const entry of entries) yield entry;
  } catch (cause) {
    refuse(cause as Error);
  }
}

/** Its own errors are about the archive: a bad signature, a name with `..`, a size that differs. */
function refuse(cause: Error): never {
  throw new FormatProblem(cause.message);
}
