import { madeUpPng } from "../made-up-png";
import { imageBytes } from "./images";
import type { Tree } from "./tree";

export const OPEN_IMAGE_SIZE = [32, 24] as const;

/** In the order of the labels; the second holds what ends an image's name in those of masks. */
export const MIDS = ["01226z", "0bt_m_c3", "0by6g"];
const COUNTS = { train: 4, val: 2, test: 2 } as const;

function mask(columns: number): Buffer {
  const [width, height] = OPEN_IMAGE_SIZE;
  const samples = Array.from({ length: width * height }, (_, at) => (at % width < columns ? 1 : 0));
  return madeUpPng({ width, height, colour: 0, depth: 1, samples });
}

/**
 * OpenImages30k in miniature: images and masks in the same folders. Every image of val and test has a mask, the first of each class
 * two; the last has no ignore mask. The third class has no images in val.
 */
export async function openImagesTree(): Promise<Tree> {
  const [width, height] = OPEN_IMAGE_SIZE;
  const tree: Record<string, Uint8Array> = {};
  let seed = 0;
  for (const [split, count] of Object.entries(COUNTS)) {
    for (const mid of MIDS) {
      if (split === "val" && mid === "0by6g") continue;
      for (let index = 0; index < count; index++) {
        const hash = (0xabcdef0000 + ++seed).toString(16).padStart(16, "0");
        const stem = `${split}/${mid}/${hash}`;
        const kind = seed === 2 ? "grey" : seed === 3 ? "cmyk" : seed === 14 ? "turned" : "rgb";
        tree[`${stem}.jpg`] = await imageBytes({ width, height, seed, kind });
        if (split === "train") continue;
        tree[`${stem}_m${mid}_0a1b2c3d.png`] = mask(8);
        if (index === 0) tree[`${stem}_m${mid}_ffffffff.png`] = mask(12);
        if (index < count - 1) tree[`${stem}_ignore.png`] = mask(16);
      }
    }
  }
  return tree;
}
