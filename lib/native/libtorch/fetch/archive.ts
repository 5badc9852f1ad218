import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { WsolError } from "../../../errors";

/** A zip, a wheel (which is one), or a folder: names with `/`, each checked to stay inside. */
export interface Archive {
  readonly name: string;
  readonly entries: ReadonlyMap<string, { readonly size: number }>;
  open(entry: string): Promise<Readable>;
  close(): void;
}

/** More than any LibTorch holds; a zip that declares more is refused before anything is written. */
const LARGEST_TOTAL = 32 * 2 ** 30;
const FILE_TYPE = 0o170000;
const SYMLINK = 0o120000;

/** @throws ERR_WSOL_LIBTORCH_FETCH for a damaged zip, an entry that would leave the target, or a link. */
export async function openZip(path: string): Promise<Archive> {
  // Yauzl itself refuses absolute names, backslashes and `..`, and a stream that differs from its declared size.
  const zip = await openFile(path).catch((cause: Error) => {
    throw refused(path, cause.message, cause);
  });
  try {
    return zipArchive(path, zip, await readEntries(path, zip));
  } catch (error) {
    zip.close();
    throw error;
  }
}

function openFile(path: string): Promise<ZipFile> {
  const open = promisify<string, yauzl.Options, ZipFile>(yauzl.open);
  return open(path, { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true });
}

function readEntries(path: string, zip: ZipFile): Promise<Map<string, Entry>> {
  return new Promise((resolve, reject) => {
    const entries = new Map<string, Entry>();
    let total = 0;
    const refuse = (reason: string, cause?: unknown) => reject(refused(path, reason, cause));
    zip.on("error", (cause: Error) => refuse(cause.message, cause));
    zip.on("end", () => resolve(entries));
    zip.on("entry", (entry: Entry) => {
      const name = entry.fileName;
      total += entry.uncompressedSize;
      if (((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMLINK) return refuse(`'${name}' is a link`);
      if (entries.has(name)) return refuse(`'${name}' is in it twice`);
      if (total > LARGEST_TOTAL) return refuse("it declares more than 32 GiB");
      if (!name.endsWith("/")) entries.set(name, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

function zipArchive(path: string, zip: ZipFile, found: ReadonlyMap<string, Entry>): Archive {
  const openReadStream = promisify<Entry, Readable>(zip.openReadStream.bind(zip));
  return {
    name: path,
    entries: new Map([...found].map(([name, entry]) => [name, { size: entry.uncompressedSize }])),
    open: (name) => openReadStream(found.get(name)!),
    close: () => zip.close(),
  };
}

/** @throws ERR_WSOL_LIBTORCH_FETCH if the folder cannot be read. */
export async function openFolder(folder: string): Promise<Archive> {
  try {
    const listed = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = listed.filter((entry) => entry.isFile() || entry.isSymbolicLink());
    const entries = new Map<string, { size: number }>();
    for (const file of files) {
      const path = join(file.parentPath, file.name);
      const facts = await stat(path).catch(() => undefined);
      if (facts?.isFile()) entries.set(path.slice(folder.length + 1).replaceAll(sep, "/"), { size: facts.size });
    }
    return {
      name: folder,
      entries,
      open: async (name) => createReadStream(join(folder, name)),
      close: () => undefined,
    };
  } catch (cause) {
    throw refused(folder, (cause as Error).message, cause);
  }
}

function refused(path: string, reason: string, cause?: unknown): WsolError {
  return new WsolError("ERR_WSOL_LIBTORCH_FETCH", `cannot unpack '${path}': ${reason}`, { details: { path }, cause });
}
