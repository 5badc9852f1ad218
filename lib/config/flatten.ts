import { type Config, type ConfigInput, configSchema } from "./schema";

/** The keys of a configuration, dotted as `--set` takes them, with their values; lists are values. */
export function flatten(config: object, prefix = ""): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [key, value] of Object.entries(config)) {
    if (!isSection(value)) flat.set(`${prefix}${key}`, value);
    else for (const [inner, leaf] of flatten(value, `${prefix}${key}.`)) flat.set(inner, leaf);
  }
  return flat;
}

/** A value as `--set` reads it. */
export function formatSetting(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The settings that are not the defaults, as `--set` takes them. */
export function changedSettings(config: Config): [key: string, value: string][] {
  const defaults = flatten(configSchema.parse({}));
  return [...flatten(config)]
    .map(([key, value]): [string, string] => [key, formatSetting(value)])
    .filter(([key, value]) => formatSetting(defaults.get(key)) !== value);
}

/** `base` with the keys that `changes` gives; undefined gives none. */
export function mergeConfig(base: ConfigInput, changes: ConfigInput): ConfigInput {
  return merge(base as Section, changes as Section) as ConfigInput;
}

type Section = Readonly<Record<string, unknown>>;

function merge(base: Section, changes: Section): Section {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const merged = given.map(([key, value]): [string, unknown] => {
    const before = Object.hasOwn(base, key) ? base[key] : undefined;
    return [key, isSection(before) && isSection(value) ? merge(before, value) : value];
  });
  return Object.fromEntries([...Object.entries(base), ...merged]);
}

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
