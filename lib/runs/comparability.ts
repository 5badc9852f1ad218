import type { Environment } from "./environment";
import type { RunSummary } from "./summary";

/** A fact in which some runs differ, with each run's value in words. */
export interface Difference {
  readonly what: string;
  /** One per run. */
  readonly values: readonly string[];
}

export const NOT_RECORDED = "not recorded";

type Fact = (run: RunSummary) => string;

const ofEvaluated =
  (words: (evaluated: NonNullable<NonNullable<RunSummary["evaluation"]>["evaluated"]>) => string): Fact =>
  ({ evaluation }) => {
    const evaluated = evaluation?.evaluated ?? null;
    return evaluated === null ? NOT_RECORDED : words(evaluated);
  };

/** What must be equal in two evaluations before their figures may be compared. */
const CONDITIONS: Readonly<Record<string, Fact>> = {
  split: ({ evaluation }) => evaluation?.split ?? NOT_RECORDED,
  "number of images": ({ evaluation }) => String(evaluation?.images ?? NOT_RECORDED),
  "skipped images": ({ evaluation }) => evaluation?.skipped.join(", ") || "none",
  data: ofEvaluated(({ fingerprint }) => shortFingerprint(fingerprint)),
  "threshold step": ({ evaluation }) => String(evaluation?.evaluated?.step ?? stepOfCurves(evaluation)),
  sigma: ({ evaluation }) => String(evaluation?.evaluated?.sigma ?? evaluation?.atSigma?.sigma ?? NOT_RECORDED),
  "score map": ofEvaluated(({ model }) => (model === null ? "given" : scoreMapWords(model.scoreMap))),
};

/** In how many hex digits a fingerprint is shown: a chance of 2^-48 that two data sets share them. */
const SHOWN_DIGITS = 12;

export function shortFingerprint(fingerprint: string): string {
  return fingerprint.slice(0, SHOWN_DIGITS);
}

/** A score map's settings in a few words: `cam, minmax, size 224`. */
export function scoreMapWords(scoreMap: object): string {
  const words = Object.entries(scoreMap).map(([key, value]) => (typeof value === "string" ? value : `${key} ${value}`));
  return words.join(", ");
}

function stepOfCurves(evaluation: RunSummary["evaluation"]): number | string {
  return evaluation?.curves.thresholds[1] ?? NOT_RECORDED;
}

/**
 * In what the evaluations of these runs differ that makes their figures no comparison: split, data, threshold grid, sigma,
 * score map. Empty where they may be ranked. Runs that were not evaluated are passed over.
 */
export function evaluationDifferences(runs: readonly RunSummary[]): Difference[] {
  return differences(
    runs.filter(({ evaluation }) => evaluation !== null),
    CONDITIONS,
  );
}

/** One text for all that must be equal in evaluations that are compared. */
export function evaluationKey(run: RunSummary): string {
  return JSON.stringify(Object.values(CONDITIONS).map((fact) => fact(run)));
}

type Recorded = Exclude<keyof Environment, "startedAt" | "precision">;

/** What an environment tells, in words; `startedAt` differs always and changes nothing, `precision` is a setting. */
const ENVIRONMENT: Readonly<Record<Recorded, string>> = {
  data: "data set",
  package: "version of entropy-wsol",
  libtorch: "LibTorch",
  device: "device",
  deviceName: "processor",
  threads: "threads",
  processes: "processes",
  node: "Node.js",
  platform: "platform",
  commit: "commit",
};

/** In what the recorded environments of the runs differ, the data set they were trained on first. */
export function environmentDifferences(runs: readonly RunSummary[]): Difference[] {
  const facts = Object.entries(ENVIRONMENT).map(([key, what]): [string, Fact] => [
    what,
    ({ environment }) => String(environment?.[key as Recorded] ?? NOT_RECORDED),
  ]);
  return differences(runs, Object.fromEntries(facts));
}

/** Whether every run tells on which data, and with which version of the package, it was made. */
export function isRecorded({ environment }: RunSummary): boolean {
  return typeof environment?.data === "string" && typeof environment.package === "string";
}

function differences(runs: readonly RunSummary[], facts: Readonly<Record<string, Fact>>): Difference[] {
  return Object.entries(facts)
    .map(([what, fact]) => ({ what, values: runs.map(fact) }))
    .filter(({ values }) => new Set(values).size > 1);
}
