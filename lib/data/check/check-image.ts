import { isWsolError } from "../../errors";
import { type ImageProblem, problemOfImage } from "../images/bad-image";
import type { ImageSize, Split } from "../split";
import type { Findings } from "./findings";
import type { FindingKind } from "./kinds";
import { type DecodedFacts, readImage } from "./read-image";

/** Below this a network sees a few blurred pixels. */
const SMALL_SIDE = 32;

const KIND_OF_PROBLEM: Readonly<Record<ImageProblem, FindingKind>> = {
  missing: "image-missing",
  unreadable: "image-unreadable",
  system: "image-unreadable",
  empty: "image-empty",
  kind: "image-kind",
  damaged: "image-damaged",
  cmyk: "image-cmyk",
  "too-large": "image-too-large",
  size: "image-size",
};

/** Decodes one image and notes what is wrong with it; null where it cannot be decoded. */
export async function checkImage(
  split: Split,
  index: number,
  { cmyk, findings }: { readonly cmyk: "refuse" | "convert"; readonly findings: Findings },
): Promise<DecodedFacts | null> {
  const path = split.imagePath(index);
  const image = split.ids[index]!;
  const add = (kind: FindingKind, detail: string) => findings.add(kind, { split: split.name, image, detail });
  let facts: DecodedFacts;
  try {
    facts = await readImage(path);
  } catch (error) {
    const problem = problemOfImage(error);
    if (problem === null || !isWsolError(error)) throw error;
    add(KIND_OF_PROBLEM[problem], error.message.replace(`image '${path}' `, ""));
    return null;
  }
  const { size, orientation, isCmyk } = facts;
  const [width, height] = size;
  if (isCmyk && cmyk === "refuse") add("image-cmyk", "is CMYK");
  if (isCmyk && cmyk === "convert") add("image-cmyk-converted", "is CMYK");
  const given = split.sizes?.[index];
  if (given !== undefined && !isEqual(given, size)) {
    const isSwapped = isEqual(given, [height, width]);
    add(
      "image-size",
      `is ${words(size)}, image_sizes.txt says ${words(given)}${isSwapped ? ", which is swapped" : ""}`,
    );
  }
  if (Math.min(width, height) < SMALL_SIDE) add("image-small", `is ${words(size)}`);
  if (orientation !== 1) add("image-turned", `has orientation ${orientation}, is stored as ${words(size)}`);
  return facts;
}

function isEqual([width, height]: ImageSize, other: ImageSize): boolean {
  return width === other[0] && height === other[1];
}

/** `640 x 480`. */
export function words([width, height]: ImageSize): string {
  return `${width} x ${height}`;
}
