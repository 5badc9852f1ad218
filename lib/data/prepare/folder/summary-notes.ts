import { counted } from "../../../words";
import { SPLIT_NAMES, type SplitName } from "../../split";
import { imageIdOf } from "./image-id";
import type { FoundImage, SortedFiles } from "./sort-files";

/** What a reader of the summary should know of the files. @param read Files that were used though they are no images. */
export function notesOfFiles({ images, others, notes }: SortedFiles, read: Iterable<string>): string[] {
  const used = new Set(read);
  const unused = others.filter((path) => !used.has(path));
  const renamed = images.filter(({ idPath }) => imageIdOf(idPath) !== idPath);
  return [
    ...notes,
    ...some(unused, "file", "not taken, no images in a class folder"),
    ...some(
      renamed.map(({ idPath }) => `${idPath} as ${imageIdOf(idPath)}`),
      "image",
      "stored under another name, since commas and backslashes cannot stand in the metadata",
    ),
  ];
}

/** Classes that a split lacks: what is not trained on cannot be found, what is not tested is not measured. */
export function notesOfClasses(
  classes: readonly string[],
  images: readonly FoundImage[],
  splits: readonly SplitName[],
): string[] {
  return SPLIT_NAMES.flatMap((name) => {
    const present = new Set(
      images.filter((_, position) => splits[position] === name).map(({ className }) => className),
    );
    if (present.size === 0) return [];
    const absent = classes.filter((className) => !present.has(className));
    return some(absent, "class", `without an image in ${name}`, "classes");
  });
}

/** `3 files not taken: a, b, c`; the first few by name. */
function some(names: readonly string[], noun: string, what: string, plural?: string): string[] {
  if (names.length === 0) return [];
  const MOST = 5;
  const more = names.length > MOST ? ", …" : "";
  return [`${counted(names.length, noun, plural)} ${what}: ${names.slice(0, MOST).join(", ")}${more}`];
}
