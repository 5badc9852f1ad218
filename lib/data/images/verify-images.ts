import { stat } from "node:fs/promises";
import { WsolError } from "../../errors";
import type { Split } from "../split";

/** Enough to keep a network file system busy, few enough to leave file handles to others. */
const AT_ONCE = 64;

/**
 * Looks for every image of a split before hours of training start: it must be a file that is not empty. Reads no
 * pixels. @throws ERR_WSOL_IMAGE naming the first one that is missing; the signal's reason when aborted.
 */
export async function verifyImages(split: Split, options: { signal?: AbortSignal } = {}): Promise<void> {
  for (let start = 0; start < split.ids.length; start += AT_ONCE) {
    options.signal?.throwIfAborted();
    const count = Math.min(AT_ONCE, split.ids.length - start);
    const problems = await Promise.all(
      Array.from({ length: count }, (_, i) => problemOfImage(split.imagePath(start + i))),
    );
    const first = problems.findIndex((problem) => problem !== null);
    if (first === -1) continue;
    const id = split.ids[start + first] as string;
    const path = split.imagePath(start + first);
    throw new WsolError("ERR_WSOL_IMAGE", `image '${id}' of the ${split.name} split: '${path}' ${problems[first]}`, {
      details: { path, image: id, split: split.name },
      fix: "Restore the file, or remove the image from the split's metadata.",
    });
  }
}

async function problemOfImage(path: string): Promise<string | null> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return "is not a file";
    return found.size === 0 ? "is empty (0 bytes)" : null;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
  }
}
