import type { LayoutImage } from "../layout/layout-writer";
import type { Box, ImageSize, SplitName } from "../split";
import type { PlacedImage } from "./place-files";
import type { SourceBoxes, SourceImage } from "./source-format";

/**
 * What the metadata says of a split's images. Where some have boxes (or masks), those without are reported and left out; `train`,
 * which needs neither, goes without them instead, which `onNote` is told.
 */
export function layoutImages(
  split: SplitName,
  images: readonly SourceImage[],
  placed: ReadonlyMap<SourceImage, PlacedImage>,
  { onProblem, onNote }: { onProblem: (image: SourceImage, problem: string) => void; onNote: (note: string) => void },
): LayoutImage[] {
  const found = images.flatMap((image) => {
    const facts = placed.get(image);
    return facts === undefined ? [] : [{ image, size: facts.size, boxes: boxesOf(image, facts.size) }];
  });
  const inside = found.filter(({ image, size, boxes }) => {
    const outside = boxes.find(({ box }) => !isInside(box, size));
    if (outside !== undefined) {
      onProblem(image, `has the box ${outside.box.join(",")}, which is not inside its ${size.join(" x ")} pixels`);
    }
    return outside === undefined;
  });
  const keep = { boxes: true, masks: true };
  const kept = (["boxes", "masks"] as const).reduce((left, what) => {
    const has = ({ image, boxes }: Found) => (what === "boxes" ? boxes.length : (image.masks?.masks.length ?? 0)) > 0;
    const without = left.filter((one) => !has(one));
    if (without.length === 0 || without.length === left.length) return left;
    if (split === "train") {
      keep[what] = false;
      onNote(`${without.length} of the ${left.length} images of train have no ${what}: train goes without`);
      return left;
    }
    for (const { image } of without) onProblem(image, `has no ${what}`);
    return left.filter(has);
  }, inside as Found[]);
  return kept.map(({ image, size, boxes }) => ({
    id: image.id,
    labels: image.labels,
    size,
    boxes: keep.boxes ? boxes : [],
    masks: keep.masks ? (image.masks?.masks ?? []) : [],
    ignore: image.masks?.ignore ?? null,
  }));
}

interface Found {
  readonly image: SourceImage;
  readonly size: ImageSize;
  readonly boxes: SourceBoxes;
}

function boxesOf({ boxes = [] }: SourceImage, size: ImageSize): SourceBoxes {
  return typeof boxes === "function" ? boxes(size) : boxes;
}

function isInside([x0, y0, x1, y1]: Box, [width, height]: ImageSize): boolean {
  return x0 >= 0 && y0 >= 0 && x0 <= x1 && y0 <= y1 && x0 < width && y0 < height && x1 <= width && y1 <= height;
}
