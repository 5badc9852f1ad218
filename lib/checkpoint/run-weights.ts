import { stat } from "node:fs/promises";
import { join } from "node:path";
import { WsolError } from "../errors";
import { type Checkpoint, RUN_FILES, readRunConfig } from "../runs/run-folder";

/** The weights file of a run folder; a path to a file is taken as it is. @throws ERR_WSOL_RUN_FOLDER */
export async function weightsOfRun(source: string, checkpoint: Checkpoint): Promise<string> {
  const entry = await stat(source).catch(() => null);
  if (entry?.isFile()) return source;
  await readRunConfig(source);
  const path = join(source, RUN_FILES[checkpoint]);
  if ((await stat(path).catch(() => null)) === null) {
    throw new WsolError("ERR_WSOL_RUN_FOLDER", `the run in '${source}' has no ${RUN_FILES[checkpoint]}`, {
      details: { path },
      fix:
        checkpoint === "best"
          ? "Use --checkpoint last; `best` needs a val split."
          : "Train it with `wsol train` first.",
    });
  }
  return path;
}
