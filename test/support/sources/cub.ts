import { imageBytes, type MadeUpImage } from "./images";
import type { Tree } from "./tree";

/** Of every image as stored. */
export const BIRD_SIZE = [40, 32] as const;

/** Class 3 has no images, and the names hold a space and letters that are no ASCII. */
const CLASSES = ["001.Black_footed_Albatross", "002.Wîld Dück", "003.Dodo", "004.Wren"];
const WITH_IMAGES = [0, 1, 3];
const PER_CLASS = 6;

export interface MadeUpBird {
  readonly path: string;
  readonly label: number;
  readonly isTrain: boolean;
  readonly kind: NonNullable<MadeUpImage["kind"]>;
  readonly xywh: string;
  /** What the published rule makes of it. */
  readonly box: readonly [number, number, number, number];
}

/** Some end at the border, some beyond it, some have fractions. */
const BOXES: readonly Pick<MadeUpBird, "xywh" | "box">[] = [
  { xywh: "6.0 2.0 12.0 20.0", box: [6, 2, 18, 22] },
  { xywh: "10.0 8.0 30.0 24.0", box: [10, 8, 39, 31] },
  { xywh: "0.0 0.0 45.5 40.25", box: [0, 0, 39, 31] },
  { xywh: "3.7 4.2 10.6 9.9", box: [3, 4, 14, 14] },
];
const KINDS: readonly MadeUpBird["kind"][] = ["rgb", "grey", "turned", "cmyk", "rgb"];

export const BIRDS: readonly MadeUpBird[] = WITH_IMAGES.flatMap((label) =>
  Array.from({ length: PER_CLASS }, (_, index) => {
    const number = label * PER_CLASS + index;
    return {
      path: `${CLASSES[label]}/${label === 1 ? "Dück no" : "Bird"}_${String(index).padStart(4, "0")}_${number}.jpg`,
      label,
      isTrain: index < 4,
      kind: KINDS[number % KINDS.length]!,
      ...BOXES[number % BOXES.length]!,
    };
  }),
);

/** CUB-200-2011 in miniature, with the folder that its archive has at the top: numbers count from 1, some lines end in CR LF. */
export async function cubTree(): Promise<Tree> {
  const lines = (end: string, of: (bird: MadeUpBird, number: number) => string) =>
    BIRDS.map((bird, index) => of(bird, index + 1) + end).join("");
  const tree: Record<string, string | Uint8Array> = {
    "attributes.txt": "1 has_bill_shape::curved\n",
    "CUB_200_2011/README": "A miniature.\n",
    "CUB_200_2011/images.txt": lines("\n", ({ path }, number) => `${number} ${path}`),
    "CUB_200_2011/image_class_labels.txt": lines("\r\n", ({ label }, number) => `${number} ${label + 1}`),
    "CUB_200_2011/train_test_split.txt": lines("\n", ({ isTrain }, number) => `${number} ${isTrain ? 1 : 0}`),
    "CUB_200_2011/bounding_boxes.txt": lines("\n", ({ xywh }, number) => `${number} ${xywh}`),
    "CUB_200_2011/classes.txt": CLASSES.map((name, label) => `${label + 1} ${name}`).join("\r\n"),
    "CUB_200_2011/images/003.Dodo/": "",
  };
  const [width, height] = BIRD_SIZE;
  for (const [seed, { path, kind }] of BIRDS.entries()) {
    tree[`CUB_200_2011/images/${path}`] = await imageBytes({ width, height, seed, kind });
  }
  return tree;
}
