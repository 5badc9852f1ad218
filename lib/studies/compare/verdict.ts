import { FIGURE_WORDS, signed } from "../figure-words";
import { type FigureName, LOCALIZATION_FIGURES } from "../resampled-figures";
import type { FigureComparison, FigureComparisons } from "./figure-comparison";

/** Where the interval of the difference lies: all above 0, all below, or neither. */
export type Outcome = "better" | "worse" | "not distinguishable";

export interface JudgedFigure {
  readonly figure: FigureName;
  readonly outcome: Outcome;
}

/** Whether B beats A in both localization and classification, the paper's problem. */
export interface Verdict {
  /** Null where it cannot be said. */
  readonly bBeatsA: boolean | null;
  /** By the first that both sides have of GT-known Loc at val's threshold, GT-known Loc, PxAP; null without one. */
  readonly localization: JudgedFigure | null;
  /** By Top-1 Cls; null without predictions. */
  readonly classification: JudgedFigure | null;
  readonly sentence: string;
}

const CLASSIFICATION = ["top1Cls"] as const satisfies readonly FigureName[];

/** B beats A where the intervals of localization and of classification both lie above 0. */
export function verdictOf(figures: FigureComparisons): Verdict {
  const localization = judge(figures, LOCALIZATION_FIGURES);
  const classification = judge(figures, CLASSIFICATION);
  const parts = [
    words("localization", localization, figures) ?? "localization is not known: there are neither boxes nor masks",
    words("classification", classification, figures) ??
      "classification is not known: there are no predictions on both sides",
  ];
  const bBeatsA = decide(localization, classification);
  const head = { null: "It cannot be said whether B beats A", true: "B beats A", false: "B does not beat A" };
  return { bBeatsA, localization, classification, sentence: `${head[`${bBeatsA}`]}: ${parts.join("; ")}.` };
}

/** One side that is not better is enough for a no. */
function decide(localization: JudgedFigure | null, classification: JudgedFigure | null): boolean | null {
  const judged = [localization, classification];
  if (judged.some((one) => one !== null && one.outcome !== "better")) return false;
  return judged.includes(null) ? null : true;
}

function judge(figures: FigureComparisons, candidates: readonly FigureName[]): JudgedFigure | null {
  const figure = candidates.find((name) => figures[name] !== null);
  return figure === undefined ? null : { figure, outcome: outcomeOf(figures[figure]!) };
}

function outcomeOf({ interval: [low, high] }: FigureComparison): Outcome {
  if (low > 0) return "better";
  return high < 0 ? "worse" : "not distinguishable";
}

function words(what: string, judged: JudgedFigure | null, figures: FigureComparisons): string | null {
  if (judged === null) return null;
  const { figure, outcome } = judged;
  const { difference, interval } = figures[figure]!;
  const [by, low, high] = [difference, ...interval].map((value) => signed(figure, value!));
  return `${outcome} in ${what} (${FIGURE_WORDS[figure]} ${by} points, 95 % interval ${low} to ${high})`;
}
