import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./processes.mjs";

/** A hash over the names and contents of files and folders, and over further words. */
export function fingerprint(paths, words = []) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesIn)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update("\0");
  }
  return hash.update(JSON.stringify(words)).digest("hex");
}

function filesIn(path) {
  const facts = statSync(join(root, path), { throwIfNoEntry: false });
  if (facts === undefined) return [];
  if (!facts.isDirectory()) return [path];
  const names = readdirSync(join(root, path)).sort();
  return names.filter((name) => name !== "build" && name !== "prebuilds").flatMap((name) => filesIn(`${path}/${name}`));
}

/** Whether a stamp file holds this fingerprint. */
export function isStamped(stamp, value) {
  try {
    return readFileSync(join(root, stamp), "utf8") === value;
  } catch {
    return false;
  }
}

export function writeStamp(stamp, value) {
  mkdirSync(dirname(join(root, stamp)), { recursive: true });
  writeFileSync(join(root, stamp), value);
}
