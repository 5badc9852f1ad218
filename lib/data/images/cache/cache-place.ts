import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { cacheFolder, requireFolder } from "../../../native/user-folders";
import type { Split } from "../../split";

/** Enough that two data sets of one name do not meet. */
const HASH_DIGITS = 12;

/**
 * The file with the decoded images of a split: one for each data set's folder, split and side.
 * @param cacheDir Null: `decoded` in the user's cache folder.
 * @throws ERR_WSOL_WRITE for a user without a home folder
 */
export async function cachePath(split: Split, side: number, cacheDir: string | null): Promise<string> {
  const base = cacheDir === null ? join(requireFolder(cacheFolder(), "XDG_CACHE_HOME"), "decoded") : resolve(cacheDir);
  const root = await realpath(split.root);
  const hash = createHash("sha256").update(root).digest("hex").slice(0, HASH_DIGITS);
  return join(base, `${basename(root) || "root"}-${hash}`, `${split.name}-${side}.images`);
}
