import { madeUpPng } from "../made-up-png";
import { imageBytes } from "./images";
import type { Tree } from "./tree";

const ROOT = "VOCdevkit/VOC2012/";
const [WIDTH, HEIGHT] = [20, 12];
const VOID = 255;

type Corners = readonly [number, number, number, number];

interface Annotated {
  readonly name: string;
  readonly set: "train" | "val" | null;
  /** Regions of the class mask, 0-based inclusive, later ones on top: palette index and corners. */
  readonly regions: readonly (readonly [number, Corners])[];
  /** As written in the annotation. */
  readonly objects: readonly string[];
  readonly isInterlaced?: boolean;
}

const box = (xmin: number | string, ymin: number | string, xmax: number | string, ymax: number | string) =>
  `<bndbox>\n\t\t\t<xmax>${xmax}</xmax>\n\t\t\t<xmin>${xmin}</xmin>\n\t\t\t<ymax>${ymax}</ymax>\n\t\t\t<ymin>${ymin}</ymin>\n\t\t</bndbox>`;
const object = (name: string, bndbox: string, more = "") =>
  `\t<object>\n\t\t<name>${name}</name>\n\t\t${bndbox}\n\t\t<difficult>0</difficult>${more}\n\t</object>`;
const part = (name: string, bndbox: string) => `\n\t\t<part>\n\t\t\t<name>${name}</name>\n\t\t\t${bndbox}\n\t\t</part>`;

const IMAGES: readonly Annotated[] = [
  {
    // A person with parts, one of them called as a class is, and a border of void around.
    name: "2007_000032",
    set: "train",
    regions: [
      [VOID, [2, 2, 9, 9]],
      [15, [3, 3, 8, 8]],
    ],
    objects: [object("person", box(4, 4, 9, 9), part("head", box(5, 5, 6, 6)) + part("dog", box(1, 1, 2, 2)))],
  },
  {
    // Two classes and three objects, fractions, a corner beyond the border; no void.
    name: "2009_000001",
    set: "train",
    regions: [
      [12, [0, 0, 4, 11]],
      [8, [10, 2, 19, 9]],
    ],
    objects: [
      object("cat", box("11.4", "2.6000003814697266", "20.9", "10.499")),
      object("dog", box(1, 1, 5, 6)),
      object("dog", box(0, 7, 5, "12.5")),
    ],
    isInterlaced: true,
  },
  {
    // The annotation has a car, the mask has none.
    name: "2008_000003",
    set: "val",
    regions: [
      [VOID, [0, 0, 19, 0]],
      [1, [5, 4, 12, 7]],
    ],
    objects: [object("aeroplane", box(6, 5, 13, 8)), object("car", box(1, 1, 3, 3))],
  },
  {
    // The mask has a bird, the annotation has none.
    name: "2010_000004",
    set: "val",
    regions: [
      [3, [2, 6, 5, 10]],
      [20, [12, 1, 18, 4]],
    ],
    objects: [object("tvmonitor", box(13, 2, 19, 5))],
  },
  // In no segmentation list.
  { name: "2011_000005", set: null, regions: [[4, [0, 0, 3, 3]]], objects: [object("boat", box(1, 1, 4, 4))] },
];

/** PASCAL VOC 2012's archive, unpacked, in miniature: palette PNGs with void, parts, fractions, lists with CRLF. */
export async function vocTree(): Promise<Tree> {
  const files: Record<string, string | Uint8Array> = {};
  for (const [seed, image] of IMAGES.entries()) {
    const { name, objects } = image;
    files[`${ROOT}JPEGImages/${name}.jpg`] = await imageBytes({ width: WIDTH, height: HEIGHT, seed });
    files[`${ROOT}SegmentationClass/${name}.png`] = classMask(image);
    files[`${ROOT}SegmentationObject/${name}.png`] = classMask(image);
    files[`${ROOT}Annotations/${name}.xml`] = `<annotation>
\t<filename>${name}.jpg</filename>
\t<folder>VOC2012</folder>
${objects.join("\n")}
\t<segmented>1</segmented>
\t<size>\n\t\t<depth>3</depth>\n\t\t<height>${HEIGHT}</height>\n\t\t<width>${WIDTH}</width>\n\t</size>
</annotation>
`;
  }
  for (const set of ["train", "val"]) {
    const names = IMAGES.filter((image) => image.set === set).map(({ name }) => name);
    files[`${ROOT}ImageSets/Segmentation/${set}.txt`] = names.map((name) => `${name}\r\n`).join("");
    files[`${ROOT}ImageSets/Main/${set}.txt`] = "2011_000005\n";
  }
  return files;
}

/** Two entries of the palette are black, as though the colours counted for nothing. */
function classMask({ regions, isInterlaced = false }: Annotated): Buffer {
  const samples = new Array<number>(WIDTH * HEIGHT).fill(0);
  for (const [index, [x0, y0, x1, y1]] of regions) {
    for (let y = y0; y <= y1; y++) samples.fill(index, y * WIDTH + x0, y * WIDTH + x1 + 1);
  }
  const palette = Array.from({ length: 256 * 3 }, (_, at) => (at < 6 ? 0 : (at * 37) % 256));
  return madeUpPng({
    width: WIDTH,
    height: HEIGHT,
    colour: 3,
    depth: 8,
    samples,
    palette,
    isInterlaced,
    filters: [0, 1, 4],
  });
}
