import { counted } from "../../../words";
import type { ImageSize, SplitName } from "../../split";
import type { Source } from "../source/source";
import type { ReadContext, SourceBoxes, SourceFormat, SourceImage } from "../source-format";
import { assignSplits } from "./assign-splits";
import type { BoxesOfImages } from "./boxes/boxes-of-images";
import { boxesBesideImages, boxesOfFile } from "./boxes/open-boxes";
import { annotationsBeside } from "./boxes/read-voc-boxes";
import { groupKeys } from "./group-keys";
import { imageIdOf } from "./image-id";
import { masksOfFolder } from "./mask-folder";
import { ownFiles } from "./own-files";
import { checkSettings, identityOf } from "./settings";
import { type FoundImage, sortFiles } from "./sort-files";
import { notesOfClasses, notesOfFiles } from "./summary-notes";

/** A user's own images, in a folder for each class: `<split>/<class>/<image>`, or `<class>/<image>` with `split`. */
export const folder: SourceFormat = {
  name: "folder",
  title: "images in a folder for each class",
  parts: [{ what: "image as <class>/<image>", pattern: /[^/]\/[^/]+\.(jpe?g|jpe|jfif|png|webp|gif|tiff?)$/i }],
  looksInto: (path) => /\.xml$/i.test(path),
  published: null,
  takes: ["split", "group", "boxes", "masks", "xmlZeroBased"],
  checkSettings,
  identityOf,

  async read(source, context) {
    const { settings, note } = context;
    const sorted = sortFiles(source.name, ownFiles(source, [settings.boxes, settings.masks]));
    const { images, classes } = sorted;
    const keys =
      settings.group === undefined
        ? null
        : groupKeys(
            settings.group,
            images.map(({ name }) => name),
          );
    const splits = assignSplits(source.name, sorted, keys, { split: settings.split, seed: context.seed });
    const annotations =
      settings.boxes === undefined ? annotationsBeside(source, images) : new Map<FoundImage, string>();
    const notes = [...notesOfFiles(sorted, annotations.values()), ...notesOfClasses(classes, images, splits)];
    for (const words of notes) note(words);

    const damaged = new Set<FoundImage>();
    const boxes = await readBoxes(source, images, splits, annotations, damaged, context);
    const masks = settings.masks === undefined ? null : await masksOfFolder(settings.masks, images);
    for (const words of [...(boxes?.notes ?? []), ...(masks?.notes ?? [])]) note(words);

    const clipped = new Map<string, number>();
    const labels = new Map(classes.map((name, label) => [name, label]));
    const made: Partial<Record<SplitName, SourceImage[]>> = {};
    images.forEach((image, position) => {
      if (damaged.has(image)) return;
      const id = imageIdOf(image.idPath);
      const key = keys?.[position] ?? null;
      const own = masks?.at(position, id);
      made[splits[position]!] ??= [];
      made[splits[position]!]!.push({
        id,
        entry: image.path,
        labels: [labels.get(image.className)!],
        ...(boxes?.has(position) ? { boxes: (size) => fitted(boxes, position, id, size, clipped, note) } : {}),
        ...(own === undefined ? {} : { masks: own }),
        ...(key === null ? {} : { group: `${image.className}/${key}` }),
      });
    });
    return { classes, splits: made, closing: () => notesOfClipping(clipped) };
  },
};

/** Of the file of boxes, else of the annotations beside the images; null without either. */
async function readBoxes(
  source: Source,
  images: readonly FoundImage[],
  splits: readonly SplitName[],
  annotations: ReadonlyMap<FoundImage, string>,
  damaged: Set<FoundImage>,
  { settings, problem, signal }: ReadContext,
): Promise<BoxesOfImages | null> {
  if (settings.boxes !== undefined) return boxesOfFile(settings.boxes, images, signal);
  if (annotations.size === 0) return null;
  return boxesBesideImages(source, annotations, images, {
    isZeroBased: settings.xmlZeroBased ?? false,
    signal,
    onProblem: (image, entry, words) => {
      damaged.add(image);
      problem({ split: splits[images.indexOf(image)]!, image: imageIdOf(image.idPath), entry, problem: words });
    },
  });
}

/** An image's boxes, once its size is known; what is left out is said, what is cut off counted. */
function fitted(
  boxes: BoxesOfImages,
  position: number,
  id: string,
  size: ImageSize,
  clipped: Map<string, number>,
  note: (note: string) => void,
): SourceBoxes {
  const found = boxes.at(position, size);
  for (const words of found.problems) note(`'${id}' ${words}: left out`);
  if (found.clipped > 0) clipped.set(id, found.clipped);
  return found.boxes.map((box) => ({ box }));
}

function notesOfClipping(clipped: ReadonlyMap<string, number>): string[] {
  if (clipped.size === 0) return [];
  const count = [...clipped.values()].reduce((sum, boxes) => sum + boxes, 0);
  const [first] = clipped.keys();
  return [
    `${counted(count, "box", "boxes")} of ${counted(clipped.size, "image")} reached beyond the image: clipped, first of '${first}'`,
  ];
}
