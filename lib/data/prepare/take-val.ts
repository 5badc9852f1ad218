import { WsolError } from "../../errors";
import { Random } from "../random";
import { SPLIT_NAMES } from "../split";
import type { SourceImage, SourceSet } from "./source-format";

/**
 * Takes `count` images of each class out of `train` as `val`, a function of the seed and of the order of `train`; groups stay
 * whole, so that it may be a few more. An image of several classes counts for each.
 * @throws ERR_WSOL_DATA for a class that would have none left; ERR_WSOL_ARGUMENT where there is a `val` already, or no `train`
 */
export function takeVal(set: SourceSet, count: number, seed: number): SourceSet {
  const train = set.splits.train ?? [];
  if (train.length === 0 || set.splits.val !== undefined) {
    const problem = set.splits.val === undefined ? "has no train split" : "has a val split of its own";
    throw new WsolError("ERR_WSOL_ARGUMENT", `expected no 'val' for a set that ${problem}, got ${count}`, {
      details: { parameter: "val" },
    });
  }
  const taken = new Set<SourceImage>();
  const groups = collect(train, ({ group }) => (group === undefined ? [] : [group]));
  const ofClass = collect(train, ({ labels }) => labels);
  set.classes.forEach((name, label) => {
    const own = ofClass.get(label);
    if (own === undefined) return;
    const order = Int32Array.from(own.keys());
    new Random(seed, label).shuffle(order);
    let chosen = own.filter((image) => taken.has(image)).length;
    for (const index of order) {
      if (chosen >= count) break;
      const image = own[index]!;
      if (taken.has(image)) continue;
      const group = image.group === undefined ? [image] : groups.get(image.group)!;
      for (const member of group) taken.add(member);
      chosen += group.filter(({ labels }) => labels.includes(label)).length;
    }
    checkLeft(own, taken, name, count);
  });
  const val = train.filter((image) => taken.has(image));
  const { test } = set.splits;
  const splits = { train: train.filter((image) => !taken.has(image)), val, ...(test === undefined ? {} : { test }) };
  return {
    ...set,
    splits: Object.fromEntries(SPLIT_NAMES.flatMap((split) => (splits[split] ? [[split, splits[split]]] : []))),
  };
}

function collect<Key>(
  images: readonly SourceImage[],
  keysOf: (image: SourceImage) => readonly Key[],
): ReadonlyMap<Key, readonly SourceImage[]> {
  const collected = new Map<Key, SourceImage[]>();
  for (const image of images) {
    for (const key of keysOf(image)) {
      const found = collected.get(key);
      if (found === undefined) collected.set(key, [image]);
      else found.push(image);
    }
  }
  return collected;
}

function checkLeft(own: readonly SourceImage[], taken: ReadonlySet<SourceImage>, name: string, count: number): void {
  if (own.some((image) => !taken.has(image))) return;
  throw new WsolError(
    "ERR_WSOL_DATA",
    `class '${name}' has ${own.length} images in train, of which val takes ${count}: none is left to train on`,
    { details: { class: name, images: own.length, val: count }, fix: "Pass a smaller `val`." },
  );
}
