import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { WsolError } from "../../../errors";
import { FormatProblem } from "../../../formats/problem";
import { EntryList } from "./entry-list";
import { LIMITS } from "./limits";
import type { SourceEntry } from "./source";

export interface FolderOptions {
  /** Whether links may lead out of the folder. */
  readonly followLinks: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onFiles: (count: number) => void;
}

/** Files whose sizes are asked for at once. */
const AT_ONCE = 64;

/**
 * All plain files below a folder, in the order of their paths; links to files and folders are followed. What is neither, such
 * as a pipe, is passed over. @throws ERR_WSOL_DATA for a link that leads out of it, or a name that no data set can have
 */
export async function listFolder(root: string, options: FolderOptions): Promise<ReadonlyMap<string, SourceEntry>> {
  const list = new EntryList<null>();
  await new Walk(root, await realpath(root), options, list).into("", []);
  return list.places;
}

class Walk {
  #linked = 0;

  constructor(
    private readonly root: string,
    private readonly realRoot: string,
    private readonly options: FolderOptions,
    private readonly list: EntryList<null>,
  ) {}

  /** @param above Where the folders above really lie: a link to one of them would go round for ever. */
  async into(folder: string, above: readonly string[]): Promise<void> {
    const here = join(this.root, folder);
    const real = await realpath(here);
    if (above.includes(real)) return;
    if (real !== resolve(this.realRoot, folder)) this.#countLinked();
    const found = (await readdir(here, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    for (let start = 0; start < found.length; start += AT_ONCE) {
      this.options.signal?.throwIfAborted();
      const some = found.slice(start, start + AT_ONCE);
      const facts = await Promise.all(some.map((entry) => this.#factsOf(folder, entry)));
      for (const [index, fact] of facts.entries()) {
        const { name } = some[index]!;
        if (fact === "folder") await this.into(`${folder}${name}/`, [...above, real]);
        else if (fact !== null) this.#add(folder, name, fact);
      }
      this.options.onFiles(this.list.places.size);
    }
  }

  #countLinked(): void {
    if (++this.#linked <= LIMITS.linkedFolders) return;
    throw new WsolError("ERR_WSOL_DATA", `'${this.root}' has more than ${LIMITS.linkedFolders} folders behind links`, {
      details: { path: this.root },
      fix: "Name the folder of the data set itself.",
    });
  }

  /** A file's size, or what else it is; null for what is passed over, such as a link that leads nowhere. */
  async #factsOf(folder: string, entry: Dirent): Promise<number | "folder" | null> {
    if (entry.isDirectory()) return "folder";
    const path = join(this.root, folder, entry.name);
    if (entry.isSymbolicLink()) await this.#checkLink(path);
    else if (!entry.isFile()) return null;
    const facts = await stat(path).catch(() => null);
    if (facts?.isDirectory()) return "folder";
    return facts?.isFile() ? facts.size : null;
  }

  async #checkLink(path: string): Promise<void> {
    if (this.options.followLinks) return;
    const target = await realpath(path).catch(() => null);
    if (target === null || target === this.realRoot || target.startsWith(this.realRoot + sep)) return;
    throw new WsolError("ERR_WSOL_DATA", `'${path}' is a link that leads out of the folder, to '${target}'`, {
      details: { path, target },
      fix: "Set `followLinks: true` if you trust the folder's links.",
    });
  }

  #add(folder: string, name: string, size: number): void {
    try {
      this.list.add(folder, name, size, null);
    } catch (cause) {
      if (!(cause instanceof FormatProblem)) throw cause;
      throw new WsolError(
        "ERR_WSOL_DATA",
        `the file '${join(this.root, folder, name)}' cannot be part of a data set: ${cause.message}`,
        {
          details: { path: join(this.root, folder, name) },
          fix: "Rename the file.",
          cause,
        },
      );
    }
  }
}
