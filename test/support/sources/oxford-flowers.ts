import { madeUpMat } from "../made-up-mat";
import { imageBytes, rectangleJpeg } from "./images";
import type { Tree } from "./tree";

const BLUE = [0, 0, 254] as const;
const PINK = [250, 120, 200] as const;

/** Class of image 1, 2, …; class 2 has none. */
const LABELS = [1, 1, 3, 3, 4, 4, 1, 3, 4, 1, 3, 4, 1, 3];
/** Not in the order of their numbers; 13 and 14 are in no set. */
const SETS = { trnid: [5, 1, 3, 2, 4, 6], valid: [9, 7, 8], tstid: [10, 11, 12] };
/** Of every image as stored. */
export const FLOWER_SIZE = [40, 24] as const;
/** The flower of every segmentation, corners inclusive. */
export const FLOWER_BOX = [8, 8, 23, 15] as const;

/**
 * Oxford's 102 flowers as they come unpacked, in miniature: 14 images of 4 classes, one grey, one CMYK and one turned by its
 * EXIF tag; labels in a compressed MAT-file of doubles stored as bytes, sets in an uncompressed one of 16-bit numbers.
 */
export async function flowersTree(): Promise<Tree> {
  const [width, height] = FLOWER_SIZE;
  const kinds: Record<number, "grey" | "cmyk" | "turned"> = { 1: "grey", 3: "turned", 5: "cmyk" };
  const files: Record<string, Uint8Array> = {
    "imagelabels.mat": madeUpMat([{ name: "labels", shape: [1, LABELS.length], values: LABELS, isCompressed: true }]),
    "setid.mat": madeUpMat(
      Object.entries(SETS).map(([name, values]) => ({
        name,
        shape: [1, values.length],
        values,
        storedAs: 4,
        flags: 11,
      })),
    ),
  };
  for (const index of LABELS.keys()) {
    const digits = String(index + 1).padStart(5, "0");
    const kind = kinds[index + 1];
    files[`jpg/image_${digits}.jpg`] = await imageBytes({ width, height, seed: index, ...(kind && { kind }) });
    files[`segmim/segmim_${digits}.jpg`] = await rectangleJpeg(FLOWER_SIZE, FLOWER_BOX, PINK, BLUE);
  }
  return files;
}
