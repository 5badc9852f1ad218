import { type ByteReader, PartOfBytes } from "../../../formats/byte-reader";
import { FormatProblem } from "../../../formats/problem";
import { walkTar } from "../../../formats/tar";
import { checkedName, staysInside } from "./entry-list";

export interface FoundFile {
  /** The folder that its name is relative to, and the name. */
  readonly folder: string;
  readonly name: string;
  readonly size: number;
  /** Of the content, counted from the start of the outermost tar. */
  readonly at: number;
  /** The content, while the file is held. */
  readonly content: ByteReader;
}

export interface TarMounts {
  /** Where the content of this tar appears, `""` or ending in `/`. */
  readonly folder: string;
  readonly mountInside: (path: string) => string | null;
}

/** More than the two of ILSVRC: a tar may hold itself. */
const MOST_NESTED = 4;

/**
 * The files of a tar and of the tars inside of it that are mounted, in their order. Links are passed over, so that an image that
 * is one counts as missing. @throws FormatProblem for a link that leads out of the tar, and as {@link walkTar}
 */
export async function* filesOfTar(
  bytes: ByteReader,
  { folder, mountInside }: TarMounts,
  start = 0,
  nested = 0,
): AsyncGenerator<FoundFile, void, void> {
  if (nested > MOST_NESTED) throw new FormatProblem(`it has archives within archives, more than ${MOST_NESTED} deep`);
  for await (const { name, type, size, target, at } of walkTar(bytes)) {
    if (type === "folder") continue;
    const path = checkedName(name);
    if (type === "link") {
      if (staysInside(path, target)) continue;
      throw new FormatProblem(`'${path}' is a link that leads out of it, to ${JSON.stringify(target.slice(0, 100))}`);
    }
    const content = new PartOfBytes(bytes, size);
    const inner = /\.tar$/i.test(path) ? mountInside(folder + path) : null;
    if (inner === null) yield { folder, name: path, size, at: start + at, content };
    else yield* filesOfTar(content, { folder: withSlash(inner), mountInside }, start + at, nested + 1);
  }
}

/** A folder as a prefix of paths. */
export function withSlash(folder: string): string {
  return folder === "" || folder.endsWith("/") ? folder : `${folder}/`;
}
