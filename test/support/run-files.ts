import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Every file of a folder with its time of change and its content's hash: equal only if nothing was written. */
export function stateOfFiles(folder: string): Record<string, string> {
  const stateOf = (name: string) => {
    const path = join(folder, name);
    return `${statSync(path, { bigint: true }).mtimeNs} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
  };
  return Object.fromEntries(readdirSync(folder).map((name) => [name, stateOf(name)]));
}

/** The events of a run's log. */
export function loggedEvents(folder: string): { type: string; [key: string]: unknown }[] {
  const lines = readFileSync(join(folder, "metrics.jsonl"), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}
