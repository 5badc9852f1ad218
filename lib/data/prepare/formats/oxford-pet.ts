import { decodeIndexPng } from "../../../formats/png";
import { FormatProblem } from "../../../formats/problem";
import type { MetadataFile } from "../../layout/metadata-file";
import type { SplitName } from "../../split";
import { encodeMask } from "../mask-png";
import { folderOf, readText } from "../source/texts";
import type { SourceFormat, SourceImage, SourceMasks } from "../source-format";

const LISTS = { train: "annotations/trainval.txt", test: "annotations/test.txt" } as const;
/** Name, class from 1, and columns that are not needed: species and breed. */
const LINE = /^(\S+) (\d+)(?: \S+)*$/;

/** Oxford-IIIT Pet (Parkhi et al., CVPR 2012): lists of names with classes, and a trimap for each image. */
export const oxfordPet: SourceFormat = {
  name: "oxford-pet",
  title: "Oxford-IIIT Pet",
  parts: [
    ...Object.values(LISTS).map((what) => ({ what, pattern: new RegExp(`(^|/)${what.replace(".", "\\.")}$`) })),
    { what: "annotations/trimaps/", pattern: /(^|\/)annotations\/trimaps\/[^/]+\.png$/ },
    { what: "images/", pattern: /(^|\/)images\/[^/]+\.jpg$/ },
  ],
  looksInto: (path) => /(^|\/)annotations\/(trainval|test)\.txt$/.test(path),
  published: { classes: 37, splits: { train: 3680, test: 3669 } },

  async read(source) {
    const folder = folderOf(source, LISTS.train);
    const classes: string[] = [];
    const splits: Partial<Record<SplitName, SourceImage[]>> = {};
    for (const [split, list] of Object.entries(LISTS) as [keyof typeof LISTS, string][]) {
      const file = await readText(source, folder + list);
      const images: SourceImage[] = [];
      file.forEachLine((text, line) => {
        if (text.startsWith("#")) return;
        const [, name, number] = LINE.exec(text.trimEnd()) ?? [];
        if (name === undefined) throw file.error(line, "expected 'name class species breed'", { text });
        const label = Number(number) - 1;
        nameClass(classes, label, name, file, line);
        images.push({
          id: `${name}.jpg`,
          entry: `${folder}images/${name}.jpg`,
          labels: [label],
          masks: masksOf(name, `${folder}annotations/trimaps/${name}.png`),
        });
      });
      splits[split] = images;
    }
    return { classes: filled(classes), splits };
  },
};

/** The class is called as its images are: `Abyssinian_100` is an Abyssinian. */
function nameClass(classes: string[], label: number, image: string, file: MetadataFile, line: number): void {
  const MOST = 1000;
  if (label < 0 || label >= MOST)
    throw file.error(line, `expected a class from 1 to ${MOST}`, { text: String(label + 1) });
  const name = image.replace(/_\d+$/, "");
  classes[label] ??= name;
  const known = classes[label];
  if (known !== name) {
    throw file.error(line, `expected an image of class ${label + 1}, ${known}`, { text: image });
  }
}

/** A class that no image has keeps its place. */
function filled(classes: readonly string[]): string[] {
  return Array.from(classes, (name, label) => name ?? `class ${label + 1}`);
}

function masksOf(name: string, entry: string): SourceMasks {
  const [mask, ignore] = [`${name}.png`, `${name}_ignore.png`];
  return { masks: [{ path: mask }], ignore, files: [{ entry, paths: [mask, ignore], make: masksOfTrimap }] };
}

const [FOREGROUND, BACKGROUND, BORDER] = [1, 2, 3];

/** The border, which the annotators left open, counts neither way. */
async function masksOfTrimap(bytes: Uint8Array): Promise<Uint8Array[]> {
  const { data, width, height } = await decodeIndexPng(bytes);
  const strange = data.find((value) => value !== FOREGROUND && value !== BACKGROUND && value !== BORDER);
  if (strange !== undefined) {
    throw new FormatProblem(
      `expected a trimap of ${FOREGROUND}, ${BACKGROUND} and ${BORDER}, got the value ${strange}`,
    );
  }
  return Promise.all(
    [FOREGROUND, BORDER].map((wanted) => {
      const mask = Uint8Array.from(data, (value) => (value === wanted ? 255 : 0));
      return encodeMask(mask, width, height);
    }),
  );
}
