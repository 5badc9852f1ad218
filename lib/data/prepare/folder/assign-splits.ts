import { WsolError } from "../../../errors";
import type { SplitName } from "../../split";
import { checkShares, drawSplits } from "./draw-splits";
import type { SortedFiles } from "./sort-files";

export interface SplitSettings {
  /** Percent of train, val and test. */
  readonly split: readonly number[] | undefined;
  readonly seed: number;
}

/**
 * The split of each image: that of its folder, or drawn in each class.
 * @param keys Groups of images that stay together when splits are drawn; null: none.
 * @throws ERR_WSOL_ARGUMENT when `split` is missing, or given though folders name the splits; ERR_WSOL_DATA for one class
 */
export function assignSplits(
  source: string,
  { images, classes }: SortedFiles,
  keys: readonly (string | null)[] | null,
  { split, seed }: SplitSettings,
): SplitName[] {
  const isNamed = images[0]!.split !== null;
  if (isNamed && split !== undefined) {
    throw new WsolError(
      "ERR_WSOL_ARGUMENT",
      `expected no 'split' for '${source}', whose folders name the splits, got ${split.join(",")}`,
      {
        details: { parameter: "split" },
        fix: "Leave it out, or put the classes' folders side by side.",
      },
    );
  }
  if (!isNamed && split === undefined) {
    throw new WsolError(
      "ERR_WSOL_ARGUMENT",
      `expected 'split' for '${source}', whose folders are classes (${listed(classes)})`,
      {
        details: { parameter: "split", classes: classes.slice(0, 20) },
        fix: "Pass percent of train, val and test, such as 80,10,10, or make folders train, val and test that hold the classes'.",
      },
    );
  }
  if (classes.length < 2) {
    throw new WsolError("ERR_WSOL_DATA", `expected at least two classes in '${source}', got only '${classes[0]}'`, {
      details: { path: source, classes },
      fix: "Put the images of each class into a folder of its own: what makes a class is learnt from the others.",
    });
  }
  if (split === undefined) return images.map((image) => image.split!);
  const shares = checkShares(split);
  const members = new Map<string, number[]>(classes.map((name) => [name, []]));
  for (const [position, { className }] of images.entries()) members.get(className)!.push(position);
  const splits = new Array<SplitName>(images.length);
  for (const [name, positions] of members) {
    const own = positions.map((position) => keys?.[position] ?? null);
    drawSplits(name, own, shares, seed).forEach((drawn, index) => {
      splits[positions[index]!] = drawn;
    });
  }
  return splits;
}

function listed(classes: readonly string[]): string {
  return `${classes.slice(0, 3).join(", ")}${classes.length > 3 ? ", …" : ""}`;
}
