import { invalidArgument } from "../../../errors";
import { Random } from "../../random";
import { SPLIT_NAMES, type SplitName } from "../../split";

/** Percent of each class's images. */
export type SplitShares = Readonly<Record<SplitName, number>>;

/** @throws ERR_WSOL_ARGUMENT for anything but three percentages of train, val and test that make 100 */
export function checkShares(shares: readonly number[]): SplitShares {
  const isFine =
    Array.isArray(shares) &&
    shares.length === 3 &&
    shares.every((share) => Number.isFinite(share) && share >= 0) &&
    shares[0]! > 0 &&
    Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100) < 1e-6;
  if (isFine) return { train: shares[0]!, val: shares[1]!, test: shares[2]! };
  const got = Array.isArray(shares) ? shares.join(",") : shares;
  throw invalidArgument(
    "split",
    "percent of train, val and test that make 100, with some for train, such as 80,10,10",
    got,
  );
}

/** Who is served first where a class is too small for all. */
const PRIORITY: readonly SplitName[] = ["train", "test", "val"];

/**
 * Draws the splits of one class. Whole groups (near-duplicates) go to a split, the large ones first, each to the split
 * that lacks most of its share. Every split with a share gets a group at least, as far as there are groups: train
 * first, then test, then val.
 * @param keys Of each image's group; null: a group of its own.
 * @param seed With the class's name it determines the draw, so that other classes do not change it.
 */
export function drawSplits(
  className: string,
  keys: readonly (string | null)[],
  shares: SplitShares,
  seed: number,
): SplitName[] {
  const groups = shuffledGroups(keys, new Random(seed, ...Buffer.from(className)));
  const wanted = PRIORITY.filter((name) => shares[name] > 0);
  const drawn = Object.fromEntries(SPLIT_NAMES.map((name) => [name, [] as number[][]])) as Record<
    SplitName,
    number[][]
  >;
  const lacks = Object.fromEntries(wanted.map((name) => [name, (keys.length * shares[name]) / 100]));
  for (const group of groups) {
    const name = wanted.reduce((best, next) => (lacks[next]! > lacks[best]! + TIE ? next : best));
    drawn[name].push(group);
    lacks[name]! -= group.length;
  }
  for (const name of wanted) if (drawn[name].length === 0) giveOne(drawn, name);
  const splits = new Array<SplitName>(keys.length);
  for (const name of SPLIT_NAMES) for (const group of drawn[name]) for (const image of group) splits[image] = name;
  return splits;
}

/** Sums of shares are no whole numbers. */
const TIE = 1e-9;

/** The smallest group of the split with most images goes to the empty one, where that leaves it another; for train always. */
function giveOne(drawn: Record<SplitName, number[][]>, empty: SplitName): void {
  const imagesOf = (name: SplitName) => drawn[name].reduce((sum, group) => sum + group.length, 0);
  const fewest = empty === "train" ? 1 : 2;
  const givers = PRIORITY.filter((name) => drawn[name].length >= fewest);
  if (givers.length === 0) return;
  const giver = givers.reduce((best, next) => (imagesOf(next) > imagesOf(best) ? next : best));
  // Large ones came first, so the last is a smallest.
  drawn[empty].push(drawn[giver].pop()!);
}

/** Positions of the images of each group; the largest groups first, those of a size in drawn order. */
function shuffledGroups(keys: readonly (string | null)[], random: Random): number[][] {
  const byKey = new Map<string | number, number[]>();
  keys.forEach((key, image) => {
    const group = byKey.get(key ?? image);
    if (group === undefined) byKey.set(key ?? image, [image]);
    else group.push(image);
  });
  const groups = [...byKey.values()];
  const order = Int32Array.from(groups.keys());
  random.shuffle(order);
  return [...order].map((index) => groups[index]!).sort((a, b) => b.length - a.length);
}
