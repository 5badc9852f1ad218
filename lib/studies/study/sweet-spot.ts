import type { ArmResult } from "./arm-result";
import type { ArmGroup } from "./groups";
import type { Settings } from "./plan";
import type { DifferenceFromSpot } from "./sureness";

/** What a sweet spot is chosen by, on `val`. */
export type ChosenBy = "gtKnownLoc" | "pxap";

/** The arm of a group that localizes best on `val` without being worse at classification than the baseline. */
export interface SweetSpot {
  /** What the arms it was chosen among have in common. */
  readonly settings: Settings;
  /** The names of the arms it was chosen among. */
  readonly arms: readonly string[];
  /** The name of the arm without the term. */
  readonly baseline: string | null;
  /** The name of the chosen arm; null where none could be chosen. */
  readonly arm: string | null;
  /** Why there is none; null where there is one. */
  readonly reason: string | null;
  /** Null where there is none. */
  readonly chosenBy: ChosenBy | null;
  /** The mean top-1 on `val` that an arm had to have: the baseline's less its standard deviation. */
  readonly leastTop1Cls: number | null;
  /** How the other arms differ from it on the study's split; null before all runs are done, or without a sweet spot. */
  readonly differences: readonly DifferenceFromSpot[] | null;
  /** The names of the arms whose difference is not distinguishable from zero; null as `differences`. */
  readonly indistinguishable: readonly string[] | null;
}

/** Sums of the same figures in another order differ by as much. */
const ROUNDING = 1e-9;

/**
 * The arm with the best mean GT-known Loc on `val`, PxAP where there are no boxes, among those whose mean top-1 on `val` is
 * at least the baseline's less its standard deviation (0 for one seed); the first of equals. An arm with a run that is
 * missing cannot be chosen.
 */
export function chooseSweetSpot({ settings, arms: names, baseline }: ArmGroup, arms: readonly ArmResult[]): SweetSpot {
  const members = arms.filter(({ name }) => names.includes(name));
  const none = (reason: string, leastTop1Cls: number | null = null): SweetSpot => ({
    ...{ settings, arms: names, baseline, arm: null, reason, chosenBy: null, leastTop1Cls },
    ...{ differences: null, indistinguishable: null },
  });
  const complete = members.filter(({ runs }) => runs.length > 0 && runs.every(({ status }) => status === "finished"));
  const base = complete.find(({ name }) => name === baseline);
  if (base === undefined) return none("not every run of the baseline is finished");
  const { top1Cls } = base.val;
  if (top1Cls === null) return none("the data set has no split val to choose on");
  const chosenBy = (["gtKnownLoc", "pxap"] as const).find((figure) =>
    complete.every(({ val }) => val[figure] !== null),
  );
  const leastTop1Cls = top1Cls.mean - (top1Cls.sd ?? 0);
  if (chosenBy === undefined) return none("val has neither boxes nor masks to choose by", leastTop1Cls);
  const eligible = complete.filter(({ val }) => val.top1Cls !== null && val.top1Cls.mean >= leastTop1Cls - ROUNDING);
  // The baseline itself is always among them.
  const best = eligible.reduce((a, b) => (b.val[chosenBy]!.mean > a.val[chosenBy]!.mean + ROUNDING ? b : a));
  return { ...none("", leastTop1Cls), arm: best.name, reason: null, chosenBy };
}
