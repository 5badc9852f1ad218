import { flatten, formatSetting } from "../../config/flatten";
import { applySettings, resolveConfig } from "../../config/resolve";
import type { Config, ConfigInput } from "../../config/schema";
import type { SplitName } from "../../data/split";
import { isWsolError, WsolError } from "../../errors";
import { ALWAYS_FREE } from "../../train/resumed-config";
import { nameOf } from "./names";

export type SettingValue = string | number | boolean | null;

/** Dotted keys of the configuration with their values. */
export type Settings = Readonly<Record<string, SettingValue>>;

/** One of the things that a study compares; it is run with every seed. */
export interface StudyArm {
  /** `key=value` of what makes the arm, joined by `_`. */
  readonly name: string;
  /** What it sets on top of the study's configuration. */
  readonly settings: Settings;
  /** The effective eps that its lambda was computed from, where it was. */
  readonly eps?: number;
}

/** What a study runs: arms x seeds. Lies in its folder as `study.json`. */
export interface StudyPlan {
  /** The version of this package. */
  readonly package: string;
  /** The data set's folder, absolute. */
  readonly data: string;
  /** The split that finished runs are evaluated on. */
  readonly split: SplitName;
  /** What all arms share; what it leaves out has its default. */
  readonly config: ConfigInput;
  readonly seeds: readonly number[];
  readonly arms: readonly StudyArm[];
  /**
   * Whether the arms are strengths of the loss term, one of which is to be chosen: then each group of arms that differ in
   * nothing but `loss` has its baseline, the arm without the term. Else the first arm is what the others are compared with.
   */
  readonly choosesStrength: boolean;
}

/** One training; several arms share it where it is the same for them. */
export interface PlannedRun {
  /** The name of its folder. */
  readonly name: string;
  readonly seed: number;
  /** The names of the arms that it belongs to. */
  readonly arms: readonly string[];
  readonly config: Config;
}

/** Makes an arm of the keys in their order; `eps`, where it stands for `loss.lambda`, is among them. */
export function studyArm(
  keys: readonly (readonly [key: string, value: SettingValue])[],
  lambda: number | null = null,
): StudyArm {
  const name = nameOf(keys);
  const given = keys.filter(([key]) => key !== "eps");
  if (lambda === null) return { name, settings: Object.fromEntries(given) };
  const eps = keys.find(([key]) => key === "eps")![1] as number;
  return { name, settings: Object.fromEntries([...given, ["loss.lambda", lambda]]), eps };
}

/** The configuration of an arm's runs, but for the seed. @throws ERR_WSOL_CONFIG naming the arm */
export function configOfArm(config: ConfigInput, { name, settings }: StudyArm): Config {
  try {
    // JSON is YAML, and a string in quotes stays one.
    const given = Object.entries(settings).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    return resolveConfig(applySettings(config, given));
  } catch (error) {
    if (!isWsolError(error)) throw error;
    throw new WsolError(error.code, `in the arm '${name}': ${error.message}`, {
      details: { ...error.details, arm: name },
      ...(error.fix !== undefined && { fix: error.fix }),
      cause: error,
    });
  }
}

/**
 * The runs of a study, all arms with the first seed, then all with the next. Arms that train alike share one.
 * @param isThere Whether the study's folder has a run of this name: of several names for one run, its own is taken.
 */
export function planRuns(
  { arms, seeds, config }: Pick<StudyPlan, "arms" | "seeds" | "config">,
  isThere: (name: string) => boolean = () => false,
): PlannedRun[] {
  const trainings = new Map<string, { readonly config: Config; readonly arms: string[] }>();
  for (const arm of arms) {
    const resolved = configOfArm(config, arm);
    const key = trainingKey(resolved);
    const training = trainings.get(key);
    if (training === undefined) trainings.set(key, { config: resolved, arms: [arm.name] });
    else training.arms.push(arm.name);
  }
  return seeds.flatMap((seed) =>
    [...trainings.values()].map(({ config: resolved, arms: sharing }) => {
      const names = sharing.map((arm) => `${arm}_seed=${seed}`);
      return { name: names.find(isThere) ?? names[0]!, seed, arms: sharing, config: { ...resolved, seed } };
    }),
  );
}

/** Whether the loss is the cross-entropy alone. */
export function isUnregularized({ regularizer, lambda }: Pick<Config["loss"], "regularizer" | "lambda">): boolean {
  return regularizer === "none" || lambda === 0;
}

/** Equal for configurations whose runs are the same but for where and how fast. */
export function trainingKey(config: Config): string {
  return JSON.stringify([...comparableSettings(config)]);
}

/** The first key in which two configurations make different runs, with both values; null if they make the same. */
export function differingKey(
  before: Config,
  now: Config,
): { readonly key: string; readonly before: string; readonly now: string } | null {
  const then = comparableSettings(before);
  for (const [key, value] of comparableSettings(now)) {
    const [a, b] = [formatSetting(then.get(key)), formatSetting(value)];
    if (a !== b) return { key, before: a, now: b };
  }
  return null;
}

function comparableSettings(config: Config): Map<string, unknown> {
  const loss = isUnregularized(config.loss) ? { ...config.loss, ...NO_TERM } : config.loss;
  const settings = flatten({ ...config, loss });
  for (const key of ALWAYS_FREE) settings.delete(key);
  return settings;
}

/** A term without weight does not matter, whichever it is. */
const NO_TERM = { regularizer: "none", lambda: 0, reduction: "mean" } as const satisfies Omit<
  Config["loss"],
  "multiLabel"
>;
