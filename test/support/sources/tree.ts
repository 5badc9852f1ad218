import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { madeUpZip } from "../made-up-zip";

/** Files by their paths, `/` between folders; a path that ends in `/` is an empty folder. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

export async function writeTree(root: string, tree: Tree): Promise<string> {
  for (const [path, content] of Object.entries(tree)) {
    const target = join(root, path);
    await mkdir(path.endsWith("/") ? target : dirname(target), { recursive: true });
    if (!path.endsWith("/")) await writeFile(target, content);
  }
  return root;
}

export async function tarOf(tree: Tree): Promise<Buffer> {
  const tar = pack();
  for (const [path, content] of Object.entries(tree)) {
    if (path.endsWith("/")) tar.entry({ name: path, type: "directory" });
    else tar.entry({ name: path }, Buffer.from(content as Uint8Array));
  }
  tar.finalize();
  const bytes: Buffer[] = [];
  for await (const chunk of tar) bytes.push(chunk as Buffer);
  return Buffer.concat(bytes);
}

export async function tgzOf(tree: Tree): Promise<Buffer> {
  return gzipSync(await tarOf(tree), { level: 1 });
}

export function zipOf(tree: Tree): Buffer {
  return madeUpZip(Object.entries(tree).map(([name, content]) => ({ name, content })));
}

/** The part of a tree below a folder, its paths from there on. */
export function below(tree: Tree, folder: string): Tree {
  const entries = Object.entries(tree).filter(([path]) => path.startsWith(folder) && path !== folder);
  return Object.fromEntries(entries.map(([path, content]) => [path.slice(folder.length), content]));
}
