import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Dataset } from "../../lib/data/dataset";
import { type LayoutImage, publishMetadata, writeSplitMetadata } from "../../lib/data/layout/layout-writer";

/** Gives every second image of a generated data set the next class too, at the place of its object, with boxes and masks. */
export async function makeMultiLabel(root: string): Promise<string> {
  const dataset = await Dataset.open(root);
  const written: [name: (typeof dataset.splits)[number], images: LayoutImage[]][] = [];
  for (const name of dataset.splits) {
    const { ids, labels, sizes, boxes, masks } = dataset.split(name);
    const images = ids.map((id, image): LayoutImage => {
      const own = [labels[image]!, ...(image % 2 === 0 ? [(labels[image]! + 1) % dataset.numClasses] : [])];
      return {
        id,
        labels: own,
        size: sizes?.[image] ?? null,
        boxes: own.flatMap((label) => (boxes?.[image] ?? []).map((box) => ({ box, label }))),
        masks: own.flatMap((label) => (masks?.[image]?.instances ?? []).map((path) => ({ path, label }))),
        ignore: masks?.[image]?.ignore ?? null,
      };
    });
    written.push([name, images]);
  }
  await rm(join(root, "metadata"), { recursive: true });
  for (const [name, images] of written) await writeSplitMetadata(root, name, images);
  await publishMetadata(root, dataset.classes);
  return root;
}
