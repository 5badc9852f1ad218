import { closeSync, constants, fstatSync, open, read } from "node:fs";
import { promisify } from "node:util";
import { WsolError } from "../../errors";
import { type ImageProblem, imageError } from "./bad-image";

const openFile = promisify(open);
const readInto = promisify(read);

/** What tells one version of a file from another. */
export interface FileFacts {
  readonly size: bigint;
  /** When it was last written, in nanoseconds since 1970. */
  readonly mtimeNs: bigint;
}

export interface ImageFile {
  readonly bytes: Uint8Array;
  /** From before the bytes were read: what is written meanwhile has others. */
  readonly facts: FileFacts;
}

/** What is no file, a pipe or a device, would otherwise be waited for. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** As much as one buffer and one call can take everywhere. */
const MAX_BYTES = 2 ** 31 - 1;

const PROBLEMS: Readonly<Record<string, readonly [problem: ImageProblem, words: string]>> = {
  ENOENT: ["missing", "does not exist"],
  ENOTDIR: ["missing", "does not exist: a part of its path is a file"],
  EACCES: ["unreadable", "may not be read"],
  EPERM: ["unreadable", "may not be read"],
  ELOOP: ["unreadable", "is a link that leads nowhere"],
  ENXIO: ["unreadable", "is not a file"],
};

/** Opened once and asked once: small files cost more by the call than by the byte. @throws ERR_WSOL_IMAGE with `details.problem` */
export async function readImageFile(path: string, name: string = path): Promise<ImageFile> {
  try {
    const descriptor = await openFile(path, FLAGS);
    try {
      // Neither waits for a disk: the file is open.
      const found = fstatSync(descriptor, { bigint: true });
      if (!found.isFile()) throw imageError(name, "unreadable", "is not a file");
      if (found.size > MAX_BYTES) throw imageError(name, "too-large", `is too large: ${found.size} bytes`);
      const { size, mtimeNs } = found;
      return { bytes: await readWhole(descriptor, Number(size)), facts: { size, mtimeNs } };
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    if (cause instanceof WsolError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const [problem, words] = PROBLEMS[code] ?? (["system", `cannot be read (${code})`] as const);
    throw imageError(name, problem, words, { cause });
  }
}

/** The first `size` bytes; fewer where the file has become shorter. */
async function readWhole(descriptor: number, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let done = 0;
  while (done < size) {
    const { bytesRead } = await readInto(descriptor, bytes, done, size - done, done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
