import { WsolError } from "../../../errors";
import type { SplitName } from "../../split";
import { byCodePoint } from "./code-point-order";
import { kindOfFile } from "./file-kinds";
import { splitOfFolder } from "./split-folders";

/** An image of the source, with what its place says of it. */
export interface FoundImage {
  /** Below the source, as it is spelled there. */
  readonly path: string;
  /** Below the folder that holds the classes or the splits. */
  readonly idPath: string;
  readonly className: string;
  /** Below the class folder. */
  readonly name: string;
  /** Null where folders name no splits. */
  readonly split: SplitName | null;
}

export interface SortedFiles {
  /** By path, code point order. */
  readonly images: readonly FoundImage[];
  /** Sorted; label i is class i. */
  readonly classes: readonly string[];
  /** Files that are no images, or lie in no class folder. */
  readonly others: readonly string[];
  /** What was understood that a reader might not expect. */
  readonly notes: readonly string[];
}

/**
 * Tells `<split>/<class>/<image>` from `<class>/<image>`: it is the former when every top folder with images is named like a
 * split and holds none directly. One folder around everything, as archives have it, is looked through.
 * @param paths Files of the source, with `/` between folders.
 * @throws ERR_WSOL_DATA when there is no image in a class folder, or two folders are one split
 */
export function sortFiles(source: string, paths: readonly string[]): SortedFiles {
  const sorted = paths.toSorted(byCodePoint);
  const found = sorted.filter((path) => kindOfFile(path) === "image");
  const wrapper = commonFolder(found);
  const notes = wrapper === "" ? [] : [`everything lies in the folder '${wrapper.slice(0, -1)}'`];
  const split = splitFolders(source, found, wrapper, notes);
  const depth = split === null ? 1 : 2;
  const others = sorted.filter((path) => kindOfFile(path) === "other");
  const images: FoundImage[] = [];
  for (const path of found) {
    const idPath = path.slice(wrapper.length);
    const parts = idPath.split("/");
    if (parts.length <= depth) others.push(path);
    else {
      const className = parts[depth - 1]!.normalize("NFC");
      const name = parts.slice(depth).join("/");
      images.push({ path, idPath, className, name, split: split?.get(parts[0]!) ?? null });
    }
  }
  if (images.length === 0) throw noImages(source, found.length);
  const classes = [...new Set(images.map(({ className }) => className))].sort(byCodePoint);
  return { images, classes, others: others.sort(byCodePoint), notes };
}

/** The folders that hold all images and nothing but one folder, ended by `/`; empty when there are none. */
function commonFolder(images: readonly string[]): string {
  let folder = "";
  for (;;) {
    const next = images[0]?.indexOf("/", folder.length) ?? -1;
    if (next === -1) return folder;
    const deeper = images[0]!.slice(0, next + 1);
    // The class folders themselves must stay below it.
    const holdsFolders = images.every((path) => path.startsWith(deeper) && path.includes("/", deeper.length));
    if (!holdsFolders || splitOfFolder(deeper.slice(folder.length, -1)) !== null) return folder;
    folder = deeper;
  }
}

function splitFolders(
  source: string,
  images: readonly string[],
  wrapper: string,
  notes: string[],
): ReadonlyMap<string, SplitName> | null {
  const tops = new Map<string, boolean>();
  for (const path of images) {
    const [top, ...below] = path.slice(wrapper.length).split("/");
    if (below.length > 0) tops.set(top!, (tops.get(top!) ?? false) || below.length === 1);
  }
  const splits = new Map<string, SplitName>();
  for (const [top, holdsImages] of tops) {
    const split = splitOfFolder(top);
    if (split === null || holdsImages) return null;
    const same = [...splits].find(([, other]) => other === split)?.[0];
    if (same !== undefined) {
      throw new WsolError(
        "ERR_WSOL_DATA",
        `expected one folder for the ${split} split in '${source}', got '${same}' and '${top}'`,
        {
          details: { path: source, folders: [same, top] },
          fix: "Put the images of both into one.",
        },
      );
    }
    if (top !== split) notes.push(`the folder '${top}' is the ${split} split`);
    splits.set(top, split);
  }
  return splits.size === 0 ? null : splits;
}

function noImages(source: string, loose: number): WsolError {
  const got = loose === 0 ? "no image at all" : "images in no folder only";
  return new WsolError(
    "ERR_WSOL_DATA",
    `expected images as <class>/<image> or <split>/<class>/<image> in '${source}', got ${got}`,
    {
      details: { path: source },
      fix: "Put the images of each class into a folder with the class's name.",
    },
  );
}
