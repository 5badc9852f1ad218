import { join } from "node:path";
import { WsolError } from "../../errors";
import { makeSplit, type Split, type SplitName } from "../split";
import { ImageIndex } from "./image-index";
import { MetadataFile, type OnFault } from "./metadata-file";
import { type KnownClasses, readLabels } from "./read-labels";
import { readLocalization } from "./read-localization";
import { readSizes } from "./read-sizes";

/**
 * Reads and validates `metadata/<name>/*.txt`. With `onFault` lines that are refused are passed over: an image may then have the
 * label -1, no size, or no box.
 * @throws ERR_WSOL_DATA
 */
export async function readSplit(
  root: string,
  name: SplitName,
  known: KnownClasses | null,
  onFault: OnFault | null = null,
): Promise<Split> {
  const folder = join(root, "metadata", name);
  const index = ImageIndex.of(await MetadataFile.read(join(folder, "image_ids.txt"), onFault));
  const labelFile = await MetadataFile.read(join(folder, "class_labels.txt"), onFault);
  const { labels, labelOffsets } = readLabels(labelFile, index, known);
  const sizes = readSizes(await MetadataFile.readIfPresent(join(folder, "image_sizes.txt"), onFault), index);
  const main = await MetadataFile.readIfPresent(join(folder, "localization.txt"), onFault);
  const extra = await MetadataFile.readIfPresent(join(folder, "masks.txt"), onFault);

  const found = { index, labels, labelOffsets, sizes, numClasses: known?.count ?? null };
  const localization = readLocalization(main, found);
  const masks = readLocalization(extra, found);
  if (masks.boxes !== null) throw misplaced(extra, "boxes", "localization.txt");
  if (masks.masks !== null && localization.masks !== null) throw misplaced(main, "masks", "masks.txt");
  if (localization.boxes !== null && sizes === null) {
    throw new WsolError(
      "ERR_WSOL_DATA",
      `expected '${join(folder, "image_sizes.txt")}' with the sizes that the boxes need, found none`,
      { details: { path: join(folder, "image_sizes.txt") }, fix: "Write one line 'id,width,height' per image." },
    );
  }
  return makeSplit({
    name,
    root,
    ids: index.ids,
    labels,
    labelOffsets,
    boxes: localization.boxes,
    sizes,
    masks: localization.masks ?? masks.masks,
  });
}

function misplaced(file: MetadataFile | null, kind: string, where: string): WsolError {
  return new WsolError("ERR_WSOL_DATA", `expected the ${kind} of '${file?.path}' in '${where}'`, {
    details: { path: file?.path },
    fix: "Boxes belong in localization.txt; masks in masks.txt, or in localization.txt when there are no boxes.",
  });
}
