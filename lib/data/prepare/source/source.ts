import type { FormatProblem } from "../../../formats/problem";

/** A file of a source, whether it lies in a folder or in an archive. */
export interface SourceEntry {
  /** Relative to the source, with `/` between folders; never `..`, absolute, or with control characters. */
  readonly path: string;
  /** Bytes, unpacked. */
  readonly size: number;
}

/** An unpacked folder, an archive, or a folder with archives: one tree of files, listed when it was opened. */
export interface Source {
  /** As the user named it. */
  readonly name: string;
  /** By path, in an order that is a function of the source alone. */
  readonly entries: ReadonlyMap<string, SourceEntry>;
  /** Where the entry lies as a file of its own; null inside of an archive. */
  file(path: string): string | null;
  /**
   * The bytes of one entry; of a compressed tar only those that the format looks into.
   * @throws ERR_WSOL_DATA naming the source and the entry: not there, too large, or not readable
   */
  read(path: string): Promise<Buffer>;
  /**
   * Hands over the bytes of many entries, in the order that is cheapest: a compressed tar is streamed once. At most a few calls
   * of `visit` are under way at a time; entries that are not there are passed over. What `visit` throws ends it.
   * @throws ERR_WSOL_DATA for an archive that cannot be read any further
   */
  visit(paths: ReadonlySet<string>, visit: EntryVisitor, signal?: AbortSignal): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** @param content Its bytes, or why there are none: damaged where the entries before and after it are not. */
export type EntryVisitor = (path: string, content: Buffer | FormatProblem) => Promise<void>;

/** An unpacked source. */
export interface UnpackedFiles {
  readonly root: string;
  /** Files of the folder, by their path in it. */
  readonly plain: ReadonlyMap<string, SourceEntry>;
}
