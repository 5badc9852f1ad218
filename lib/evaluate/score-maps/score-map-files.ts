import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Dataset } from "../../data/dataset";
import { Pairs } from "../../data/pairs";
import type { Split } from "../../data/split";
import { WsolError } from "../../errors";
import { scoreMapName } from "./score-map-name";

const ENDING = ".npy";

/**
 * A folder of score maps, one `<image id>.npy` per image, of a multi-label set one `<image id>.<class>.npy` for each class
 * that it has; ids with `/` lie in subfolders.
 */
export class ScoreMapFiles {
  private constructor(
    readonly folder: string,
    /** Paths below the folder, with `/`. */
    private readonly found: ReadonlySet<string>,
  ) {}

  /** Lists the folder. @throws ERR_WSOL_SCORE_MAP when it is none */
  static async list(folder: string): Promise<ScoreMapFiles> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause) => {
      const { code } = cause as NodeJS.ErrnoException;
      const reason =
        code === "ENOENT" ? "there is none" : code === "ENOTDIR" ? "it is a file" : (code ?? String(cause));
      throw new WsolError("ERR_WSOL_SCORE_MAP", `expected a folder of score maps, got '${folder}': ${reason}`, {
        details: { path: folder },
        fix: "Name the folder that holds <image id>.npy files.",
        cause,
      });
    });
    const found = entries
      .filter((entry) => !entry.isDirectory() && entry.name.endsWith(ENDING))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
    return new ScoreMapFiles(folder, new Set(found));
  }

  /** From a pair of the split to the path of its score map. */
  namerOf(split: Split): (pair: number) => string {
    const pairs = new Pairs(split);
    return (pair) => this.#pathOf(scoreMapName(split, pairs, pair));
  }

  /** @throws ERR_WSOL_SCORE_MAP naming the first image of the split without a file, and how many files are missing */
  async requireAll(split: Split): Promise<void> {
    const missing = await this.#missing(split);
    const [first] = missing;
    if (first === undefined) return;
    const path = this.#pathOf(first.name);
    const isMultiLabel = split.labelOffsets !== null;
    const others = missing.length > 1 ? `, and ${missing.length - 1} more` : "";
    throw new WsolError(
      "ERR_WSOL_SCORE_MAP",
      `expected the score map '${path}' of image '${first.image}'${others}, found none`,
      {
        details: { path, image: first.image, split: split.name, missing: missing.length },
        fix: isMultiLabel
          ? "Write one .npy file per image and class that it has, named <image id>.<class>.npy (the id keeps its own extension)."
          : "Write one .npy file per image of the split, named <image id>.npy (the id keeps its own extension).",
      },
    );
  }

  /** Whether every pair of the split has a file. */
  async hasAll(split: Split): Promise<boolean> {
    return (await this.#missing(split)).length === 0;
  }

  /** The files that belong to no pair of the data set. */
  extra(dataset: Dataset): string[] {
    const known = new Set(dataset.splits.flatMap((name) => namesOf(dataset.split(name)).map((map) => map.name)));
    return [...this.found].filter((path) => !known.has(path.slice(0, -ENDING.length)));
  }

  async #missing(split: Split): Promise<NamedMap[]> {
    const unlisted = namesOf(split).filter(({ name }) => !this.found.has(`${name}${ENDING}`));
    // Listing does not follow linked folders, so what it did not show is asked for by name.
    if (unlisted.length === 0 || !(await this.#isThere(unlisted[0]!))) return unlisted;
    const isThere = await Promise.all(unlisted.map((map) => this.#isThere(map)));
    return unlisted.filter((_, index) => !isThere[index]);
  }

  #pathOf(name: string): string {
    return join(this.folder, `${name}${ENDING}`);
  }

  #isThere({ name }: NamedMap): Promise<boolean> {
    return stat(this.#pathOf(name)).then(
      () => true,
      () => false,
    );
  }
}

interface NamedMap {
  readonly name: string;
  /** The image's id. */
  readonly image: string;
}

function namesOf(split: Split): NamedMap[] {
  const pairs = new Pairs(split);
  return Array.from(split.labels, (_, pair) => ({
    name: scoreMapName(split, pairs, pair),
    image: split.ids[pairs.imageOf(pair)]!,
  }));
}
