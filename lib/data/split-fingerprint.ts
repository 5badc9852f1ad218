import { createHash, type Hash } from "node:crypto";
import { join } from "node:path";
import { WsolError } from "../errors";
import { sha256Of } from "../files";
import { Limiter } from "./limiter";
import { Pairs } from "./pairs";
import type { Split } from "./split";

/** Begins what is hashed; another number for another way of hashing. */
const FORM = "entropy-wsol split 1";
const FILES_AT_ONCE = 4;

/**
 * SHA-256, in hex, over what an evaluation is measured against: the split's ids, labels, image sizes, boxes, and the bytes
 * of its mask files. Equal for copies of a data set, wherever they lie; the images themselves are not read.
 *
 * @param masksDir Folder of the split's mask paths; by default `masks` of the data set.
 * @throws ERR_WSOL_MASK naming the file; the signal's reason when aborted
 */
export async function splitFingerprint(
  split: Split,
  { masksDir = join(split.root, "masks"), signal }: { readonly masksDir?: string; readonly signal?: AbortSignal } = {},
): Promise<string> {
  const hash = createHash("sha256");
  addLine(hash, FORM);
  const pairs = new Pairs(split);
  split.ids.forEach((id, image) => {
    const { begin, end } = pairs.of(image);
    const [labels, boxes] = [Array.from(pairs.labelsOf(image)), split.boxes?.slice(begin, end) ?? null];
    const [label, box] = split.labelOffsets === null ? [labels[0], boxes?.[0] ?? null] : [labels, boxes];
    addLine(hash, [id, label, split.sizes?.[image] ?? null, box]);
  });
  if (split.masks !== null) {
    const paths = split.masks.flatMap(({ instances, ignore }) =>
      ignore === null ? instances : [...instances, ignore],
    );
    const digests = await digestFiles(masksDir, paths, signal);
    const digestOf = (path: string) => digests.get(path);
    for (const { instances, ignore } of split.masks) {
      addLine(hash, [instances.map(digestOf), ignore === null ? null : digestOf(ignore)]);
    }
  }
  return hash.digest("hex");
}

function addLine(hash: Hash, value: unknown): void {
  hash.update(`${JSON.stringify(value)}\n`);
}

/** Each file once, however many images share it. */
async function digestFiles(
  folder: string,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const limiter = new Limiter(FILES_AT_ONCE);
  const digests = [...new Set(paths)].map((path) =>
    limiter.run(async () => {
      signal?.throwIfAborted();
      return [path, await digestFile(join(folder, path))] as const;
    }),
  );
  return new Map(await Promise.all(digests));
}

async function digestFile(path: string): Promise<string> {
  return sha256Of(path).catch((cause) => {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : (code ?? String(cause));
    throw new WsolError("ERR_WSOL_MASK", `cannot read the mask '${path}': ${reason}`, {
      details: { path, reason },
      cause,
    });
  });
}
