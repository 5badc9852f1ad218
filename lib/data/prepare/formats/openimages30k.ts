import { SPLIT_NAMES, type SplitName } from "../../split";
import type { SourceFormat, SourceImage, SourceMasks } from "../source-format";

const IMAGE = /^((?:.*\/)?)(train|val|test)\/([^/]+)\/([^/]+)\.jpg$/;
const MASK = /(^|\/)(val|test)\/([^/]+)\/[^/]+_m\3_[0-9a-f]{8}\.png$/;

/**
 * OpenImages30k (Choe et al., CVPR 2020): `<split>/<class>/<image>.jpg` and, in the same folders, masks of instances and an
 * ignore mask for each image of `val` and `test`. Classes are numbered in the order of their identifiers.
 */
export const openImages30k: SourceFormat = {
  name: "openimages30k",
  title: "OpenImages30k",
  parts: [
    ...SPLIT_NAMES.map((split) => ({
      what: `${split}/<class>/*.jpg`,
      pattern: new RegExp(`(^|/)${split}/[^/]+/[^/]+\\.jpg$`),
    })),
    { what: "masks (val/<class>/*_m<class>_*.png)", pattern: MASK },
  ],
  looksInto: () => false,
  published: { classes: 100, splits: { train: 29_819, val: 2_500, test: 5_000 } },

  async read(source, { problem }) {
    const instances = new Map<string, string[]>();
    const images: FoundImage[] = [];
    for (const entry of source.entries.keys()) {
      if (MASK.test(entry)) {
        const stem = instanceStem(entry);
        const found = instances.get(stem);
        if (found === undefined) instances.set(stem, [entry]);
        else found.push(entry);
      }
      const [, prefix, split, name, stem] = IMAGE.exec(entry) ?? [];
      if (stem !== undefined) images.push({ entry, prefix: prefix!, split: split as SplitName, name: name!, stem });
    }
    const classes = [...new Set(images.map(({ name }) => name))].sort();
    const labels = new Map(classes.map((name, label) => [name, label]));
    const splits: Record<SplitName, SourceImage[]> = { train: [], val: [], test: [] };
    for (const { entry, prefix, split, name, stem } of images.toSorted((a, b) => (a.entry < b.entry ? -1 : 1))) {
      const image: SourceImage = { id: `${split}/${name}/${stem}.jpg`, entry, labels: [labels.get(name)!] };
      const found = instances.get(entry.slice(0, -".jpg".length));
      if (split === "train") splits.train.push(image);
      else if (found === undefined) problem({ split, image: image.id, problem: "has no mask" });
      else splits[split].push({ ...image, masks: masksOf(source.entries, prefix, entry, found) });
    }
    return { classes, splits };
  },
};

interface FoundImage {
  readonly entry: string;
  /** Folders above the split's. */
  readonly prefix: string;
  readonly split: SplitName;
  /** Of the class. */
  readonly name: string;
  readonly stem: string;
}

/** Everything before `_m<class>_<8 digits>.png`; the class is the folder's name, which may hold `_m` itself. */
function instanceStem(entry: string): string {
  const [name, folder] = entry.split("/").toReversed() as [string, string];
  return entry.slice(0, entry.length - (name.length - name.lastIndexOf(`_m${folder}_`)));
}

function masksOf(
  entries: ReadonlyMap<string, unknown>,
  prefix: string,
  image: string,
  instances: readonly string[],
): SourceMasks {
  const ignore = image.replace(/\.jpg$/, "_ignore.png");
  const hasIgnore = entries.has(ignore);
  const pathOf = (entry: string) => entry.slice(prefix.length);
  const files = [...instances.toSorted(), ...(hasIgnore ? [ignore] : [])];
  return {
    masks: instances.toSorted().map((entry) => ({ path: pathOf(entry) })),
    ignore: hasIgnore ? pathOf(ignore) : null,
    files: files.map((entry) => ({ entry, paths: [pathOf(entry)] })),
  };
}
