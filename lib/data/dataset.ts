import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { closest, distance } from "fastest-levenshtein";
import { isWsolError, WsolError } from "../errors";
import { readClassNames } from "./layout/class-names";
import type { OnFault } from "./layout/metadata-file";
import { readSplit } from "./layout/read-split";
import { SPLIT_NAMES, type Split, type SplitName } from "./split";

export type { Box, ImageSize, MaskFiles, Split, SplitName } from "./split";

/**
 * A data set in the wsol layout: `images/`, `masks/` and `metadata/<split>/*.txt` below one root. Opening it reads and
 * checks all metadata; images and masks are read by those who need them, since score maps can be evaluated without.
 */
export class Dataset {
  readonly root: string;
  /** Class names in label order; null when the data set has none. */
  readonly classes: readonly string[] | null;
  readonly numClasses: number;
  /** The splits that are there, in the order train, val, test. */
  readonly splits: readonly SplitName[];
  readonly #splits: ReadonlyMap<SplitName, Split>;

  private constructor(
    root: string,
    classes: readonly string[] | null,
    numClasses: number,
    splits: ReadonlyMap<SplitName, Split>,
  ) {
    this.root = root;
    this.classes = classes;
    this.numClasses = numClasses;
    this.splits = [...splits.keys()];
    this.#splits = splits;
  }

  /**
   * Reads and validates the metadata of every split below `root`.
   * @throws ERR_WSOL_DATA naming the file, the line and the text that is wrong.
   */
  static async open(root: string): Promise<Dataset> {
    return Dataset.#read(root, null);
  }

  /**
   * As {@link open}, but tells of every fault and reads on: a split that cannot be read is not there, lines that are refused
   * are passed over (see {@link readSplit}).
   * @throws ERR_WSOL_DATA where there is no data set @internal
   */
  static async openDespiteFaults(root: string, onFault: OnFault): Promise<Dataset> {
    return Dataset.#read(root, onFault);
  }

  static async #read(root: string, onFault: OnFault | null): Promise<Dataset> {
    const present = await findSplits(root);
    const orTell = <T>(reading: Promise<T>): Promise<T | null> => (onFault === null ? reading : told(reading, onFault));
    const classes = await orTell(readClassNames(root));
    const splits = new Map<SplitName, Split>();
    let known = classes === null ? null : { count: classes.length, source: "classes.txt" };
    for (const name of present) {
      const split = await orTell(readSplit(root, name, known, onFault));
      if (split === null) continue;
      splits.set(name, split);
      if (name === "train" && known === null) known = { count: maximum(split.labels) + 1, source: "the train split" };
    }
    const isMultiLabel = [...splits.values()].some(({ labelOffsets }) => labelOffsets !== null);
    if (isMultiLabel) for (const [name, split] of splits) splits.set(name, asMultiLabel(split));
    const counted = () => Math.max(0, ...[...splits.values()].map((split) => maximum(split.labels) + 1));
    return new Dataset(root, classes, classes?.length ?? counted(), splits);
  }

  /** The same classes with other splits: each as `change` returns it. @internal */
  withSplits(change: (split: Split) => Split): Dataset {
    const splits = [...this.#splits].map(([name, split]) => [name, change(split)] as const);
    return new Dataset(this.root, this.classes, this.numClasses, new Map(splits));
  }

  /** Whether images have several classes: in one split at least. */
  get isMultiLabel(): boolean {
    return [...this.#splits.values()].some(({ labelOffsets }) => labelOffsets !== null);
  }

  /** Whether the data set has a split of this name. */
  has(split: string): boolean {
    return (this.splits as readonly string[]).includes(split);
  }

  /** @throws ERR_WSOL_DATA when there is no such split. */
  split(name: string): Split {
    const split = this.#splits.get(name as SplitName);
    if (split !== undefined) return split;
    const nearest = closest(name, this.splits);
    throw new WsolError(
      "ERR_WSOL_DATA",
      `expected one of the splits ${this.splits.join(", ")} of '${this.root}', got '${name}'`,
      {
        details: { root: this.root, split: name, splits: this.splits },
        ...(distance(name, nearest) <= 2 ? { fix: `Did you mean '${nearest}'?` } : {}),
      },
    );
  }
}

async function findSplits(root: string): Promise<SplitName[]> {
  const metadata = join(root, "metadata");
  const entries = await readdir(metadata).catch(async (cause) => {
    const rootExists = await stat(root).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const message = rootExists
      ? `expected a 'metadata' folder in the data set '${root}', found none`
      : `expected a data set's folder, got '${root}', which is not one`;
    throw new WsolError("ERR_WSOL_DATA", message, {
      details: { path: rootExists ? metadata : root },
      fix: rootExists
        ? "Convert the data set to the wsol layout, or name the folder that holds 'metadata'."
        : "Check the path.",
      cause,
    });
  });
  const present = SPLIT_NAMES.filter((name) => entries.includes(name));
  if (present.length === 0) {
    throw new WsolError("ERR_WSOL_DATA", `expected a folder train, val or test in '${metadata}', found none`, {
      details: { path: metadata, entries: entries.slice(0, 20) },
    });
  }
  return present;
}

/** Null for what cannot be read. */
function told<T>(reading: Promise<T>, onFault: OnFault): Promise<T | null> {
  return reading.catch((error) => {
    if (!isWsolError(error, "ERR_WSOL_DATA")) throw error;
    onFault(error);
    return null;
  });
}

/** A split whose images happen to have one class each, in a data set where others have several. */
function asMultiLabel(split: Split): Split {
  if (split.labelOffsets !== null) return split;
  return { ...split, labelOffsets: Int32Array.from({ length: split.ids.length + 1 }, (_, image) => image) };
}

function maximum(labels: Int32Array): number {
  let largest = 0;
  for (const label of labels) if (label > largest) largest = label;
  return largest;
}
