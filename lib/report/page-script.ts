import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../version";

/** The page's script as `npm run compile` bundles it. */
const FILE = join(packageRoot, "dist", "report", "page.js");

export interface PageScript {
  readonly text: string;
  /** What the page's policy allows it by. */
  readonly source: string;
}

/** The script that makes a page's gallery live. It holds no `</script`, which esbuild sees to. */
export async function readPageScript(): Promise<PageScript> {
  const text = await readFile(FILE, "utf8");
  return { text, source: `'sha256-${createHash("sha256").update(text).digest("base64")}'` };
}
