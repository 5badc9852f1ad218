import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../version";

/** The scripts as `npm run compile` bundles them. */
const FOLDER = join(packageRoot, "dist", "report");

/** `page` makes the gallery of a report live, `live` keeps a served page up to date. */
export type PageScriptName = "page" | "live";

export interface PageScript {
  readonly text: string;
  /** What the page's policy allows it by. */
  readonly source: string;
}

/** A page's script. It holds no `</script`, which esbuild sees to. */
export async function readPageScript(name: PageScriptName): Promise<PageScript> {
  const text = await readFile(join(FOLDER, `${name}.js`), "utf8");
  return { text, source: `'sha256-${createHash("sha256").update(text).digest("base64")}'` };
}
