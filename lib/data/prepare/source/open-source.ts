import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { WsolError } from "../../../errors";
import { FormatProblem } from "../../../formats/problem";
import type { SourceFormat } from "../source-format";
import { isArchiveName, named, openArchive } from "./archive";
import { listFolder } from "./folder";
import { identityOf } from "./identity";
import { LIMITS } from "./limits";
import { checkReadable } from "./readable";
import type { EntryVisitor, Source, SourceEntry, UnpackedFiles } from "./source";
import type { SourceArchive } from "./source-archive";
import { withSlash } from "./tar-entries";
import { withVisits } from "./visits";

export interface OpenSourceOptions {
  readonly followLinks: boolean;
  /** Bytes of archives that were looked through, of how many; or files that were found, of an unknown number. */
  readonly onProgress: (done: number, total: number | null, unit: "bytes" | "files") => void;
  readonly signal?: AbortSignal | undefined;
}

/** What a source consists of, before any archive is opened. */
export interface SurveyedSource extends UnpackedFiles {
  readonly name: string;
  readonly format: SourceFormat;
  readonly options: OpenSourceOptions;
  /** Archives that are going to be opened. */
  readonly archives: readonly ArchiveFile[];
  /** The same for the same files, wherever they lie. */
  readonly identity: string;
}

interface ArchiveFile {
  readonly file: string;
  /** Where its content appears, `""` or ending in `/`. */
  readonly folder: string;
}

/**
 * Looks at an unpacked folder, an archive, or a folder with archives. Archives beside unpacked files are needed only where a part
 * of the format is not unpacked. @throws ERR_WSOL_DATA for what is not there or cannot be read
 */
export async function surveySource(
  name: string,
  format: SourceFormat,
  options: OpenSourceOptions,
): Promise<SurveyedSource> {
  const root = resolve(name);
  const facts = await stat(root).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === "ENOENT" ? "which does not exist" : `which cannot be read (${cause.code})`;
    throw refused(name, format, problem, "Check the path.", cause);
  });
  const plain = facts.isDirectory() ? await listPlain(root, name, format, options) : new Map<string, SourceEntry>();
  let archives: ArchiveFile[];
  if (!facts.isDirectory()) {
    archives = [{ file: root, folder: withSlash(format.mount?.(basename(root)) ?? "") }];
  } else if (missingParts(format, plain.keys()).length === 0) {
    archives = [];
  } else {
    archives = [...plain.keys()].filter(isArchiveName).flatMap((path) => mounted(format, root, path));
  }
  const identity = await identityOf({
    root,
    plain,
    looksInto: format.looksInto,
    archives: archives.map(({ file }) => file),
  });
  return { name, root, format, options, plain, archives, identity };
}

function mounted(format: SourceFormat, root: string, path: string): ArchiveFile[] {
  const beside = dirname(path) === "." ? "" : dirname(path);
  const mount = format.mount === undefined ? beside : format.mount(path);
  return mount === null ? [] : [{ file: join(root, path), folder: withSlash(mount) }];
}

/**
 * Opens a source and lists it; what is unpacked goes before what is in archives.
 * @throws ERR_WSOL_DATA naming the part of the format that is missing, or the archive and what is wrong with it
 */
export async function openSource(survey: SurveyedSource): Promise<Source> {
  const { name, root, format, plain } = survey;
  const source = new CombinedSource(name, root, plain, await openArchives(survey));
  const [missing] = missingParts(format, source.entries.keys());
  if (missing === undefined) return source;
  await source.close();
  const fix = "Name the folder or the archive that holds it; several archives go into one folder.";
  throw refused(name, format, `in which there is no ${missing}`, fix);
}

async function listPlain(root: string, name: string, format: SourceFormat, options: OpenSourceOptions) {
  try {
    return await listFolder(root, { ...options, onFiles: (count) => options.onProgress(count, null, "files") });
  } catch (cause) {
    if (cause instanceof WsolError || (cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw refused(name, format, `which cannot be read: ${(cause as Error).message}`, "Check its permissions.", cause);
  }
}

function missingParts(format: SourceFormat, paths: Iterable<string>): string[] {
  const open = new Set(format.parts);
  for (const path of paths) {
    for (const part of open) if (part.pattern.test(path)) open.delete(part);
    if (open.size === 0) break;
  }
  return [...open].map(({ what }) => what);
}

interface MountedArchive extends SourceArchive {
  readonly file: string;
}

async function openArchives({ archives: files, format, options }: SurveyedSource): Promise<MountedArchive[]> {
  const sizes = await Promise.all(files.map(async ({ file }) => (await stat(file)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const archives: MountedArchive[] = [];
  let before = 0;
  try {
    for (const [index, { file, folder }] of files.entries()) {
      options.signal?.throwIfAborted();
      const opened = await openArchive(file, {
        folder,
        mountInside: (path) => format.mount?.(path) ?? null,
        looksInto: format.looksInto,
        onBytes: (bytes) => options.onProgress(before + bytes, total, "bytes"),
        signal: options.signal,
      });
      archives.push({ ...opened, file });
      before += sizes[index]!;
    }
    return archives;
  } catch (error) {
    for (const archive of archives) await archive.close();
    throw error;
  }
}

class CombinedSource implements Source {
  readonly entries: ReadonlyMap<string, SourceEntry>;

  constructor(
    readonly name: string,
    private readonly root: string,
    private readonly plain: ReadonlyMap<string, SourceEntry>,
    private readonly archives: readonly MountedArchive[],
  ) {
    // The first that has a path has it: unpacked files, then archives in the order of their names.
    const [first, ...others] = [plain, ...archives.map((archive) => archive.entries)].filter(({ size }) => size > 0);
    if (others.length === 0) {
      this.entries = first ?? plain;
      return;
    }
    const entries = new Map(first);
    for (const other of others) for (const [path, entry] of other) if (!entries.has(path)) entries.set(path, entry);
    this.entries = entries;
  }

  file(path: string): string | null {
    return this.plain.has(path) ? join(this.root, path) : null;
  }

  async read(path: string): Promise<Buffer> {
    const entry = this.entries.get(path);
    if (entry === undefined) {
      throw new WsolError("ERR_WSOL_DATA", `expected the file '${path}' in '${this.name}', found none`, {
        details: { path: this.name, file: path },
      });
    }
    const archive = this.#archiveOf(path);
    return named(archive?.file ?? join(this.root, path), async () => {
      checkReadable(entry, LIMITS.textBytes);
      return archive === null ? readFile(join(this.root, path)) : archive.read(path);
    });
  }

  async visit(paths: ReadonlySet<string>, visit: EntryVisitor, signal?: AbortSignal): Promise<void> {
    await withVisits(visit, signal, async (visits) => {
      for (const path of this.plain.keys()) {
        if (paths.has(path)) await visits.begin(path, () => readPlain(join(this.root, path), this.plain.get(path)!));
      }
    });
    for (const archive of this.archives) {
      const own = new Set<string>();
      for (const path of paths) if (archive.entries.has(path) && this.#archiveOf(path) === archive) own.add(path);
      if (own.size > 0) await named(archive.file, () => archive.visit(own, visit, signal));
    }
  }

  async close(): Promise<void> {
    for (const archive of this.archives) await archive.close();
  }

  #archiveOf(path: string): MountedArchive | null {
    if (this.plain.has(path)) return null;
    return this.archives.find(({ entries }) => entries.has(path)) ?? null;
  }
}

async function readPlain(file: string, entry: SourceEntry): Promise<Buffer> {
  checkReadable(entry);
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new FormatProblem(`cannot be read (${cause.code})`);
  });
}

function refused(name: string, { title }: SourceFormat, problem: string, fix: string, cause?: unknown): WsolError {
  return new WsolError("ERR_WSOL_DATA", `expected ${title} as a folder or an archive, got '${name}', ${problem}`, {
    details: { path: name, format: title },
    fix,
    cause,
  });
}
