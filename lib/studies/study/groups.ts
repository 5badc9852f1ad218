import { configOfArm, isUnregularized, type Settings, type StudyPlan } from "./plan";

/** Arms that are compared with one baseline. */
export interface ArmGroup {
  /** What its arms have in common, of the keys that the study varies; empty where that is nothing. */
  readonly settings: Settings;
  /** The names of its arms, in the order of the plan. */
  readonly arms: readonly string[];
  /** The first arm without the term; null where there is none. */
  readonly baseline: string | null;
}

/** The term's kind, weight and reduction do not matter without it, so that its absence is the baseline of all of them. */
const LOSS = "loss.";

/** The groups of a plan, in the order of their first arms. Where no strength is to be chosen, all arms, the first as baseline. */
export function groupsOf({
  arms,
  config,
  choosesStrength,
}: Pick<StudyPlan, "arms" | "config" | "choosesStrength">): ArmGroup[] {
  const names = arms.map(({ name }) => name);
  if (!choosesStrength) return [{ settings: {}, arms: names, baseline: names[0] ?? null }];
  const groups = new Map<string, { settings: Settings; arms: string[]; baseline: string | null }>();
  for (const arm of arms) {
    const settings = Object.fromEntries(Object.entries(arm.settings).filter(([key]) => !key.startsWith(LOSS)));
    const key = JSON.stringify(Object.entries(settings).sort());
    const group = groups.get(key) ?? { settings, arms: [], baseline: null };
    groups.set(key, group);
    group.arms.push(arm.name);
    if (group.baseline === null && isUnregularized(configOfArm(config, arm).loss)) group.baseline = arm.name;
  }
  return [...groups.values()];
}
