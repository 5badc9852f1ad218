import { flatten, formatSetting } from "../config/flatten";
import { groupBySettings } from "../runs/seed-means";
import type { RunSummary } from "../runs/summary";

/** Runs that differ in the strength of the loss term, and the seed, alone; those without the term among them. */
export interface Family {
  /** What it is told apart by from the others: `entropy`, `jeffreys, adl`. */
  readonly name: string;
  /** Runs of one strength each, the seeds together; from the weakest to the strongest. */
  readonly groups: readonly RunSummary[][];
}

const STRENGTH = ["loss.lambda"];
/** What a run without the term does not make use of. */
const TERM = ["loss.regularizer", "loss.reduction", ...STRENGTH];
/** Their values speak for themselves. */
const TELLING = ["loss.regularizer", "loss.reduction", "method.name", "model.backbone"];

/** The strength of a run's term; 0 without one. */
export function strengthOf({ config: { loss } }: RunSummary): number {
  return loss.regularizer === "none" ? 0 : loss.lambda;
}

/** The families among runs, each with the baselines that go with it; one alone if no run has the term. */
export function familiesOf(runs: readonly RunSummary[]): Family[] {
  const groups = groupBySettings(runs);
  const isBaseline = ([run]: readonly RunSummary[]) => strengthOf(run!) === 0;
  const baselines = groups.filter(isBaseline);
  const byRest = new Map<string, RunSummary[][]>();
  for (const group of groups.filter((one) => !isBaseline(one))) {
    const key = settingsKey(group[0]!, STRENGTH);
    byRest.set(key, [...(byRest.get(key) ?? []), group]);
  }
  const families = [...byRest.values()].map((members) => {
    const rest = settingsKey(members[0]![0]!, TERM);
    const shared = baselines.filter(([run]) => settingsKey(run!, TERM) === rest);
    return [...shared, ...members].sort(([a], [b]) => strengthOf(a!) - strengthOf(b!));
  });
  const names = namesOf(families.map((members) => members.at(-1)![0]!));
  return families.map((members, index) => ({ name: names[index]!, groups: members }));
}

function settingsKey(run: RunSummary, without: readonly string[]): string {
  const settings = flatten(run.config);
  for (const key of ["seed", ...without]) settings.delete(key);
  return JSON.stringify([...settings]);
}

/** By the settings in which the families differ; by the term where there is one family. */
function namesOf(runs: readonly RunSummary[]): string[] {
  const flat = runs.map(({ config }) => flatten(config));
  const keys = [...new Set(flat.flatMap((settings) => [...settings.keys()]))];
  const text = (settings: (typeof flat)[number], key: string) => formatSetting(settings.get(key) ?? null);
  const different = keys.filter((key) => {
    const isFree = key === "seed" || STRENGTH.includes(key);
    return !isFree && new Set(flat.map((settings) => text(settings, key))).size > 1;
  });
  const telling = different.some((key) => TELLING.includes(key))
    ? different.filter((key) => TELLING.includes(key))
    : different;
  return flat.map((settings) => {
    const words = telling.map((key) => (TELLING.includes(key) ? text(settings, key) : `${key} ${text(settings, key)}`));
    return words.length === 0 ? text(settings, "loss.regularizer") : words.join(", ");
  });
}
