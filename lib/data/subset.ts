import type { Dataset } from "./dataset";
import { Random } from "./random";
import { makeSplit, SPLIT_NAMES, type Split } from "./split";

/** Keeps these draws apart from others under the same seed. */
const SUBSET_STREAM = 0x53554253;

/**
 * A data set with at most `limit` images of each split, in their order. They are dealt over the classes in turn, so that
 * classes have equally many where they can; which ones is a function of `seed` and the split. It has the classes of the whole.
 */
export function subsetOf(dataset: Dataset, limit: number, seed: number): Dataset {
  return dataset.withSplits((split) => {
    const random = new Random(seed, SUBSET_STREAM, SPLIT_NAMES.indexOf(split.name));
    return selectImages(split, balancedIndices(split.labels, limit, random));
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

function selectImages(split: Split, indices: Int32Array): Split {
  const pick = <Item>(items: readonly Item[]): Item[] => Array.from(indices, (index) => items[index]!);
  const { name, root, ids, labels, boxes, sizes, masks } = split;
  return makeSplit({
    name,
    root,
    ids: pick(ids),
    labels: indices.map((index) => labels[index]!),
    boxes: boxes && pick(boxes),
    sizes: sizes && pick(sizes),
    masks: masks && pick(masks),
  });
}
