import sharp from "sharp";
import { madeUpPng } from "../made-up-png";
import { imageBytes } from "./images";
import type { Tree } from "./tree";

export const PET_SIZE = [36, 28] as const;

/** As the lists name them: a class from 1; class 2 has no images in them. */
const PETS: readonly (readonly [name: string, label: number, list: "trainval" | "test"])[] = [
  ...["Abyssinian_1", "Abyssinian_10", "Abyssinian_100"].map((name) => [name, 1, "trainval"] as const),
  ...["yorkshire_terrier_2", "yorkshire_terrier_3", "yorkshire_terrier_4"].map(
    (name) => [name, 3, "trainval"] as const,
  ),
  ...["Abyssinian_34", "Abyssinian_5"].map((name) => [name, 1, "test"] as const),
  ...["yorkshire_terrier_7", "yorkshire_terrier_8"].map((name) => [name, 3, "test"] as const),
];
/** Content that is not the JPEG of the name. */
export const GIF = "Abyssinian_34";
export const PNG = "yorkshire_terrier_7";
/** In the files, but in no list. */
const UNLISTED = "Abyssinian_99";

/** The trimaps: a border of one pixel around this box, whose inside is the animal. */
export const PET_BOX = [4, 6, 20, 21] as const;

function trimap(isPalette: boolean): Buffer {
  const [width, height] = PET_SIZE;
  const [x0, y0, x1, y1] = PET_BOX;
  const samples = Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    if (x < x0 || y < y0 || x > x1 || y > y1) return 2;
    return x === x0 || y === y0 || x === x1 || y === y1 ? 3 : 1;
  });
  const palette = [0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0];
  return madeUpPng({ width, height, colour: isPalette ? 3 : 0, depth: 8, samples, ...(isPalette && { palette }) });
}

/**
 * Oxford-IIIT Pet in miniature: its two archives' folders, with the files beside the images and trimaps that are of no use. One image
 * is a GIF, one a PNG, all others JPEGs: grey, CMYK, turned. One trimap has a palette in which foreground is black.
 */
export async function petTree(): Promise<Tree> {
  const [width, height] = PET_SIZE;
  const line = ([name, label]: (typeof PETS)[number]) => `${name} ${label} ${label === 1 ? 1 : 2} ${label}\n`;
  const tree: Record<string, string | Uint8Array> = {
    "annotations/README": "A miniature.\r\n",
    "annotations/list.txt": "#Image CLASS-ID SPECIES BREED ID\n",
    "annotations/trainval.txt": PETS.filter(([, , list]) => list === "trainval")
      .map(line)
      .join(""),
    "annotations/test.txt": PETS.filter(([, , list]) => list === "test")
      .map(line)
      .join("")
      .replaceAll("\n", "\r\n"),
    "images/Abyssinian_100.mat": "MATLAB",
  };
  const kinds: Readonly<Record<string, "grey" | "cmyk" | "turned">> = {
    Abyssinian_1: "grey",
    Abyssinian_10: "cmyk",
    yorkshire_terrier_3: "turned",
  };
  for (const [seed, name] of [...PETS.map(([name]) => name), UNLISTED].entries()) {
    const kind = kinds[name];
    const jpeg = await imageBytes({ width, height, seed, ...(kind && { kind }) });
    tree[`images/${name}.jpg`] =
      name === GIF ? await sharp(jpeg).gif().toBuffer() : name === PNG ? await sharp(jpeg).png().toBuffer() : jpeg;
    tree[`annotations/trimaps/${name}.png`] = trimap(name === "Abyssinian_5");
    tree[`annotations/trimaps/._${name}.png`] = "\0\x05\x16\x07AppleDouble";
  }
  return tree;
}
