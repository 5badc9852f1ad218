import { WsolError } from "../../../errors";
import { decodeForegroundPng } from "../../../formats/png";
import { FormatProblem } from "../../../formats/problem";
import type { ImageSize } from "../../split";
import { encodeMask } from "../mask-png";
import { withoutEnding } from "./boxes/read-voc-boxes";
import { ImagePaths } from "./image-paths";
import type { FoundImage } from "./sort-files";

/** What `<name>.png` may be called as well, so that masks can lie beside PNGs. */
const SUFFIX = /_mask$/;

export interface MasksOfImages {
  /** The mask of each image, as its path was given; null: none. */
  readonly paths: readonly (string | null)[];
  /** Masks of no image. */
  readonly others: readonly string[];
}

/**
 * Finds each image's mask: the PNG of its path without the ending (`bird/1.png` for `bird/1.jpg`), with `_mask` before or the
 * whole name with `.png` behind (`bird/1_mask.png`, `bird/1.jpg.png`). As with boxes, the end of the path is enough where
 * it is the only one.
 * @throws ERR_WSOL_DATA when a mask may be of several images, an image has two, or no mask is of an image
 */
export function masksOfImages(source: string, masks: readonly string[], images: readonly FoundImage[]): MasksOfImages {
  const whole = new ImagePaths(images.map(({ idPath }) => idPath));
  const stems = new ImagePaths(images.map(({ idPath }) => withoutEnding(idPath)));
  const paths = new Array<string | null>(images.length).fill(null);
  const others: string[] = [];
  for (const mask of masks) {
    const stem = mask.slice(0, -".png".length);
    const ways = [() => whole.find(stem), () => stems.find(stem)];
    if (SUFFIX.test(stem)) ways.push(() => stems.find(stem.replace(SUFFIX, "")));
    const position = ways.reduce<number | "ambiguous" | null>((found, way) => found ?? way(), null);
    if (position === null) others.push(mask);
    else if (position === "ambiguous") throw severalImages(source, mask);
    else if (paths[position] === null) paths[position] = mask;
    else throw severalMasks(source, images[position]!, [paths[position]!, mask]);
  }
  if (others.length < masks.length) return { paths, others };
  const got = masks.length === 0 ? "no PNG" : `'${masks[0]}'`;
  throw new WsolError(
    "ERR_WSOL_DATA",
    `expected masks named like the images ('${withoutEnding(images[0]!.idPath)}.png') in '${source}', got ${got}`,
    {
      details: { path: source },
      fix: "Give each mask its image's path, ending in .png.",
    },
  );
}

/** The mask as it is stored: foreground is whatever is not 0. @throws FormatProblem when it is of another size */
export async function foregroundOf(bytes: Uint8Array, [width, height]: ImageSize): Promise<Uint8Array> {
  const mask = await decodeForegroundPng(bytes);
  if (mask.width !== width || mask.height !== height) {
    throw new FormatProblem(`is ${mask.width}x${mask.height} pixels, its image ${width}x${height}`);
  }
  return encodeMask(mask.data, width, height);
}

function severalImages(source: string, mask: string): WsolError {
  return new WsolError("ERR_WSOL_DATA", `the mask '${mask}' in '${source}' may be of several images`, {
    details: { path: source, mask },
    fix: "Give it the image's path with its class folder, or the whole name with .png behind.",
  });
}

function severalMasks(source: string, { idPath }: FoundImage, masks: readonly string[]): WsolError {
  return new WsolError(
    "ERR_WSOL_DATA",
    `expected one mask of '${idPath}' in '${source}', got '${masks.join("' and '")}'`,
    {
      details: { path: source, image: idPath, masks },
      fix: "Draw all objects into one mask.",
    },
  );
}
