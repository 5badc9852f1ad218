import { evaluationDifferences } from "../runs/comparability";
import type { RunSummary } from "../runs/summary";
import { QUANTITIES, type Quantity } from "./quantities";

/** What runs are ranked by. */
interface Measure {
  readonly quantity: Quantity;
  /** `A localizes best of the two`. */
  readonly verb: "localizes" | "classifies";
  readonly words: string;
}

const AT_VAL: Measure = {
  quantity: QUANTITIES.gtKnownAtVal,
  verb: "localizes",
  words: "GT-known Loc at the threshold that was chosen on val",
};
const WITHOUT_VAL: readonly Measure[] = [
  {
    quantity: QUANTITIES.gtKnownLoc,
    verb: "localizes",
    words: "GT-known Loc, each run at its best threshold on this split",
  },
  { quantity: QUANTITIES.pxap, verb: "localizes", words: "PxAP" },
  { quantity: QUANTITIES.top1Cls, verb: "classifies", words: "accuracy" },
];

export interface Ranking {
  readonly measure: Measure;
  /** The run with the highest value; several on a tie, in the order of the report. */
  readonly best: readonly [RunSummary, ...RunSummary[]];
}

/**
 * The best of the evaluated runs: by GT-known Loc at the threshold of `val` where all have one, since that was not chosen with
 * the answers in hand, else at the best threshold, else by PxAP, else by accuracy. null where none was evaluated, or where
 * their evaluations may not be compared.
 */
export function rankRuns(runs: readonly RunSummary[]): Ranking | null {
  const evaluated = runs.filter(({ evaluation }) => evaluation !== null);
  if (evaluated.length === 0 || evaluationDifferences(evaluated).length > 0) return null;
  const has = ({ quantity }: Measure) => evaluated.some((run) => quantity.of(run) !== null);
  const hasAtVal = evaluated.every((run) => AT_VAL.quantity.of(run) !== null);
  const measure = hasAtVal ? AT_VAL : WITHOUT_VAL.find(has);
  if (measure === undefined) return null;
  const values = evaluated.map((run) => measure.quantity.of(run) ?? Number.NEGATIVE_INFINITY);
  const highest = Math.max(...values);
  const [first, ...others] = evaluated.filter((_, index) => values[index] === highest);
  return { measure, best: [first!, ...others] };
}
