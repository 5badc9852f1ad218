import type { EntryVisitor, SourceEntry } from "./source";

/** An archive, listed; its paths are where the source has them. */
export interface SourceArchive {
  readonly entries: ReadonlyMap<string, SourceEntry>;
  /** @throws FormatProblem */
  read(path: string): Promise<Buffer>;
  /** @throws FormatProblem */
  visit(paths: ReadonlySet<string>, visit: EntryVisitor, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface OpenArchiveOptions {
  /** Where its content appears, `""` or ending in `/`. */
  readonly folder: string;
  /** Where that of a tar inside appears; null: it is a file like others. */
  readonly mountInside: (path: string) => string | null;
  readonly looksInto: (path: string) => boolean;
  /** Told how many bytes of the file were passed. */
  readonly onBytes: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}
