import type { Dataset } from "./dataset";
import { Pairs } from "./pairs";
import { Random } from "./random";
import { makeSplit, SPLIT_NAMES, type Split } from "./split";

/** Keeps these draws apart from others under the same seed. */
const SUBSET_STREAM = 0x53554253;

/**
 * A data set with at most `limit` images of each split, in their order. They are dealt over the classes in turn, so that
 * classes have equally many where they can, an image of several classes as one of its rarest; which ones is a function of
 * `seed` and the split. It has the classes of the whole.
 */
export function subsetOf(dataset: Dataset, limit: number, seed: number): Dataset {
  return dataset.withSplits((split) => {
    const random = new Random(seed, SUBSET_STREAM, SPLIT_NAMES.indexOf(split.name));
    return selectImages(split, balancedIndices(rarestLabels(split), limit, random));
  });
}

/** In ascending order. */
export function balancedIndices(labels: Int32Array, limit: number, random: Random): Int32Array {
  const ofClass = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const others = ofClass.get(label);
    if (others === undefined) ofClass.set(label, [index]);
    else others.push(index);
  });
  const classes = shuffled(
    [...ofClass.keys()].sort((a, b) => a - b),
    random,
  );
  const hands = classes.map((label) => shuffled(ofClass.get(label)!, random));
  const dealt: number[] = [];
  const wanted = Math.min(limit, labels.length);
  for (let round = 0; dealt.length < wanted; round++) {
    dealt.push(...hands.filter((hand) => round < hand.length).map((hand) => hand[round]!));
  }
  return Int32Array.from(dealt.slice(0, wanted)).sort();
}

function shuffled(values: readonly number[], random: Random): number[] {
  const order = Int32Array.from(values);
  random.shuffle(order);
  return [...order];
}

/** The class of each image that the fewest images have, the first of several. */
function rarestLabels(split: Split): Int32Array {
  if (split.labelOffsets === null) return split.labels;
  const count = new Map<number, number>();
  for (const label of split.labels) count.set(label, (count.get(label) ?? 0) + 1);
  const pairs = new Pairs(split);
  return Int32Array.from(split.ids, (_, image) =>
    pairs.labelsOf(image).reduce((rarest, label) => (count.get(label)! < count.get(rarest)! ? label : rarest)),
  );
}

function selectImages(split: Split, indices: Int32Array): Split {
  const pick = <Item>(items: readonly Item[], at: Iterable<number>): Item[] => Array.from(at, (index) => items[index]!);
  const { name, root, ids, labels, labelOffsets, boxes, sizes, masks } = split;
  const pairs = new Pairs(split);
  const chosen = pairs.ofAll(indices);
  return makeSplit({
    name,
    root,
    ids: pick(ids, indices),
    labels: Int32Array.from(chosen, (pair) => labels[pair]!),
    labelOffsets: labelOffsets && pairs.offsetsOf(indices),
    boxes: boxes && pick(boxes, chosen),
    sizes: sizes && pick(sizes, indices),
    masks: masks && pick(masks, chosen),
  });
}
