import type { Dirent } from "node:fs";
import { opendir } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Dataset } from "../dataset";
import type { Findings } from "./findings";

/** Notes the files below `images/` that no split names; hidden ones, such as a file browser leaves, aside. */
export async function checkUnusedFiles(dataset: Dataset, findings: Findings, signal?: AbortSignal): Promise<void> {
  const named = new Set<string>();
  for (const name of dataset.splits) for (const id of dataset.split(name).ids) named.add(id);
  for await (const path of filesBelow(join(dataset.root, "images"))) {
    signal?.throwIfAborted();
    if (!named.has(path)) findings.add("file-unused", { split: null, image: path, detail: "is in no split" });
  }
}

/** Links to folders are not followed: they may lead round in circles. */
async function* filesBelow(root: string): AsyncGenerator<string> {
  const folders = [""];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of await entriesOf(join(root, folder))) {
      if (entry.name.startsWith(".")) continue;
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) yield path;
    }
  }
}

/** None of a folder that is not there, or may not be looked at: that its images are missing is told elsewhere. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries: Dirent[] = [];
    for await (const entry of await opendir(folder)) entries.push(entry);
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
