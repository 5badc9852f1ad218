import type { MetadataFile } from "../../layout/metadata-file";
import type { Source } from "../source/source";
import { readText } from "../source/texts";
import type { SourceBoxes } from "../source-format";

/** What the reference evaluator's metadata says of an image. */
export interface MetadataOfImage {
  readonly label: number;
  readonly boxes: SourceBoxes;
}

/** The one that tells where the metadata is: its split `test` is ILSVRC's val. */
export const METADATA_BOXES = /(?:^|\/)test\/localization\.txt$/;
export const METADATA = /(?:^|\/)test\/(?:localization|class_labels)\.txt$/;

const BOX_LINE = /^(.+),(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/;

/**
 * Labels and boxes of ILSVRC's val by image, from the metadata that the reference evaluator comes with, where somebody has
 * that and not the annotations; null where it is not there. @throws ERR_WSOL_DATA naming file and line
 */
export async function readIlsvrcMetadata(
  source: Source,
  classes: number,
): Promise<Map<string, MetadataOfImage> | null> {
  const path = [...source.entries.keys()].find((entry) => METADATA_BOXES.test(entry));
  if (path === undefined) return null;
  const images = new Map<string, { label: number; boxes: { box: [number, number, number, number] }[] }>();
  const labels = await readText(source, path.replace(/localization\.txt$/, "class_labels.txt"));
  labels.forEachLine((text, line) => {
    const [, id, label] = /^(.+),(\d{1,9})$/.exec(text) ?? [];
    if (id === undefined) throw labels.error(line, "expected 'id,label'", { text });
    if (Number(label) >= classes) throw labels.error(line, `expected a label from 0 to ${classes - 1}`, { text });
    images.set(nameOf(id), { label: Number(label), boxes: [] });
  });
  const boxes: MetadataFile = await readText(source, path);
  boxes.forEachLine((text, line) => {
    const [, id, ...corners] = BOX_LINE.exec(text) ?? [];
    const image = id === undefined ? undefined : images.get(nameOf(id));
    if (image === undefined)
      throw boxes.error(line, "expected 'id,x0,y0,x1,y1' of an image in class_labels.txt", { text });
    image.boxes.push({ box: corners.map(Number) as [number, number, number, number] });
  });
  return images;
}

/** `val/ILSVRC2012_val_00000001.JPEG` and the like, without folders and ending. */
function nameOf(id: string): string {
  return id.replace(/^.*\//, "").replace(/\.\w+$/, "");
}
