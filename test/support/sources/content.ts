import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Paths and contents of all files of a prepared set but its note and lock; links are followed. */
export function contentOfSet(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  const files = paths.filter((path) => !path.startsWith("prepare.") && statSync(join(root, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(root, path)).toString("base64")]));
}
