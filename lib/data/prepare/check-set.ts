import { WsolError } from "../../errors";
import { counted } from "../../words";
import { problemOfRelativePath } from "../layout/relative-path";
import { SPLIT_NAMES } from "../split";
import type { PublishedCounts, SourceImage, SourceProblem, SourceSet } from "./source-format";

/**
 * Drops the images whose names a data set cannot have, each with a problem.
 * @throws ERR_WSOL_DATA for class names or ids that are the same, or no images at all
 */
export function checkSet(set: SourceSet, source: string, problem: (problem: SourceProblem) => void): SourceSet {
  const refuse = (words: string, details: object) => {
    throw new WsolError("ERR_WSOL_DATA", `${words} in '${source}'`, { details: { path: source, ...details } });
  };
  const bad = set.classes.find((name, index) => !/^\S[^\n\r]*$/.test(name) || set.classes.indexOf(name) !== index);
  if (bad !== undefined) refuse(`expected class names, each once, got ${JSON.stringify(bad)}`, { class: bad });
  const ids = new Set<string>();
  const splits = Object.fromEntries(
    SPLIT_NAMES.flatMap((split) => {
      const images = (set.splits[split] ?? []).filter((image) => {
        if (ids.has(image.id)) refuse(`expected each image once, got '${image.id}' twice`, { image: image.id });
        ids.add(image.id);
        const reason = problemOfNames(image);
        if (reason !== null) problem({ split, image: image.id, problem: reason });
        return reason === null;
      });
      return images.length === 0 ? [] : [[split, images]];
    }),
  );
  if (Object.keys(splits).length === 0) refuse("expected images, found none", {});
  return { ...set, splits };
}

function problemOfNames({ id, masks }: SourceImage): string | null {
  const paths = [id, ...(masks?.files.flatMap((file) => file.paths) ?? [])];
  if (paths.some((path) => path.includes(","))) return "has a comma in its path, which the metadata cannot have";
  return paths.map(problemOfRelativePath).find((reason) => reason !== null) ?? null;
}

/** In words, where the source has other numbers than the published set. */
export function differencesFrom(published: PublishedCounts | null, set: SourceSet): string[] {
  if (published === null) return [];
  const differences: string[] = [];
  if (set.classes.length !== published.classes) {
    differences.push(`${counted(set.classes.length, "class", "classes")}, published are ${published.classes}`);
  }
  for (const split of SPLIT_NAMES) {
    const [has, should] = [set.splits[split]?.length ?? 0, published.splits[split] ?? 0];
    if (has !== should) differences.push(`${counted(has, "image")} in ${split}, published are ${should}`);
  }
  return differences;
}
