import { readCoco } from "../../../../formats/coco";
import { counted } from "../../../../words";
import { cornersOfSides, type StatedBox } from "./stated-box";

/**
 * The boxes of a COCO file.
 * @param notes Gets what was left out.
 * @throws FormatProblem
 */
export async function* readCocoBoxes(
  chunks: AsyncIterable<Uint8Array>,
  notes: string[],
): AsyncGenerator<StatedBox, void, void> {
  const file = await readCoco(chunks);
  if (file.crowds > 0) notes.push(`${counted(file.crowds, "box", "boxes")} of crowds (iscrowd) left out`);
  if (file.withoutBox > 0) notes.push(`${counted(file.withoutBox, "annotation")} without a bbox left out`);
  for (const { image, category, x, y, width, height, index } of file.boxes()) {
    const box = cornersOfSides(x, y, width, height);
    yield { image: image.file, box, className: category, size: image.size, where: `annotations[${index}]` };
  }
}
