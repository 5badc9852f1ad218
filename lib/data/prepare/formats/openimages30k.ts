import type { SplitName } from "../../split";
import { SPLIT_NAMES } from "../../split";
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
    const images: { entry: string; prefix: string; split: SplitName; name: string; stem: string }[] = [];
    for (const entry of source.entries.keys()) {
      const mask = /^(.*)_m[^/]*_[0-9a-f]{8}\.png$/.exec(entry);
      if (mask !== null && MASK.test(entry)) {
        const stem = instanceStem(entry);
        instances.set(stem, [...(instances.get(stem) ?? []), entry]);
      }
      const image = IMAGE.exec(entry);
      if (image === null) continue;
      const [, prefix, split, name, stem] = image as unknown as [string, string, SplitName, string, string];
      images.push({ entry, prefix, split, name, stem });
    }
    const classes = [...new Set(images.map(({ name }) => name))].sort();
    const labels = new Map(classes.map((name, label) => [name, label]));
    const splits: Partial<Record<SplitName, SourceImage[]>> = {};
    for (const { entry, prefix, split, name, stem } of images.toSorted((a, b) => (a.entry < b.entry ? -1 : 1))) {
      const id = `${split}/${name}/${stem}.jpg`;
      const image: SourceImage = { id, entry, labels: [labels.get(name)!] };
      if (split === "train") {
        (splits.train ??= []).push(image);
        continue;
      }
      const found = instances.get(entry.slice(0, -".jpg".length));
      if (found === undefined) {
        problem({ split, image: id, problem: "has no mask" });
        continue;
      }
      (splits[split] ??= []).push({ ...image, masks: masksOf(source.entries, prefix, entry, found) });
    }
    return { classes, splits };
  },
};

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
