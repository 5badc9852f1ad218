import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";

/** Another text whenever one of the files was written, made or removed. */
export async function revisionOf(files: readonly string[]): Promise<string> {
  const marks = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size, mtimeMs, ino }) => `${size} ${mtimeMs} ${ino}`,
        () => "-",
      ),
    ),
  );
  return createHash("sha256").update(marks.join("\n")).digest("hex").slice(0, 16);
}
