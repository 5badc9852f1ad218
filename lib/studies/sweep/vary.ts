import { applySettings, configKeys, resolveConfig } from "../../config/resolve";
import { describe, WsolError } from "../../errors";
import { ALWAYS_FREE } from "../../train/resumed-config";
import type { SettingValue } from "../study/plan";

/** Stands for `loss.lambda`, by the label smoothing that it amounts to. */
export const EPS = "eps";

/** What is given for a key: its values, or for `eps` that many at equal distances, ends included. */
export type VariedValues = readonly SettingValue[] | EvenValues;

export interface EvenValues {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** The keys that a sweep varies, in their order. */
export type Vary = Readonly<Record<string, VariedValues>>;

/** Of an evenly spaced eps: short names, and the same double on every machine. */
const EPS_DIGITS = 10;

/** `count` values from `from` to `to`, ends included, each rounded to 10 significant digits. */
export function evenValues({ from, to, count }: EvenValues): number[] {
  const isSpan = Number.isFinite(from) && Number.isFinite(to) && Number.isInteger(count) && count >= 2;
  if (!isSpan) throw refused(EPS, "FROM, TO and a whole number of at least 2 values", `${from}:${to}:${count}`);
  return Array.from({ length: count }, (_, index) =>
    Number((from + ((to - from) * index) / (count - 1)).toPrecision(EPS_DIGITS)),
  );
}

/**
 * `key=v1,v2`, the values as `--set` reads them, or `eps=FROM:TO:N`.
 * @throws ERR_WSOL_USAGE for another form, and for a key that is given twice
 */
export function parseVary(texts: readonly string[]): Vary {
  const vary = new Map<string, VariedValues>();
  for (const text of texts) {
    const equals = text.indexOf("=");
    const [key, list] = [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
    if (equals <= 0 || list === "") throw usage(`expected key=value,value for '--vary', got ${describe(text)}`);
    if (vary.has(key)) throw usage(`'--vary ${key}' is given twice`);
    vary.set(key, isSpan(key, list) ? parseSpan(list) : list.split(",").map(parseValue));
  }
  return Object.fromEntries(vary);
}

function isSpan(key: string, list: string): boolean {
  return key === EPS && list.includes(":");
}

function parseSpan(text: string): EvenValues {
  const [from, to, count, ...more] = text.split(":").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (count === undefined || more.length > 0) throw usage(`expected eps=FROM:TO:N for '--vary', got 'eps=${text}'`);
  return { from: from!, to: to!, count };
}

function parseValue(text: string): SettingValue {
  const { value } = applySettings({}, [`value=${text}`]) as { value: unknown };
  return value as SettingValue;
}

/** Each with what to do instead: seeds and devices have their own options, and figures of arms must be computed alike. */
const NOT_VARIED: Readonly<Record<string, string>> = {
  seed: "Pass the seeds as `seeds`.",
  device: "Pass the devices as `devices`.",
  "evaluation.step": "Set it for all arms.",
  "evaluation.sigma": "Set it for all arms.",
};

/**
 * The values of each key.
 * @throws ERR_WSOL_CONFIG for a key that is none (naming the nearest), that cannot be varied, that has no values, or one twice
 */
export function valuesOfKeys(vary: Vary): Map<string, readonly SettingValue[]> {
  const keys = Object.entries(vary).map(([key, given]): [string, readonly SettingValue[]] => {
    checkKey(key);
    const values = isEven(given) ? evenValues(checkEven(key, given)) : given;
    if (!Array.isArray(values) || values.length === 0) throw refused(key, "a list of values to vary", given);
    if (key === EPS) values.forEach(checkEps);
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) throw refused(key, "different values to vary", `${describe(twice)} twice`);
    return [key, values];
  });
  return new Map(keys);
}

function isEven(given: VariedValues): given is EvenValues {
  return typeof given === "object" && given !== null && "count" in given;
}

function checkEven(key: string, given: EvenValues): EvenValues {
  if (key !== EPS) throw refused(key, "a list of values to vary", "FROM:TO:N, which only eps has");
  return given;
}

function checkKey(key: string): void {
  if (key === EPS) return;
  const known = configKeys();
  if (!known.includes(key)) {
    // The schema's own words, with the nearest key; a section is refused for its type.
    resolveConfig(applySettings({}, [`${key}=0`]));
    throw refused(key, "a key of the configuration to vary", key);
  }
  if (NOT_VARIED[key] === undefined && !ALWAYS_FREE.includes(key)) return;
  const fix = NOT_VARIED[key] ?? "It changes where and how fast a run is, not what it finds.";
  throw new WsolError("ERR_WSOL_CONFIG", `'${key}' cannot be varied`, { details: { key }, fix });
}

function checkEps(value: SettingValue): void {
  if (typeof value === "number" && value >= 0 && value < 1) return;
  throw refused(EPS, "numbers of at least 0 and below 1", value);
}

export function refused(key: string, expected: string, got: unknown): WsolError {
  const shown = typeof got === "string" ? got : describe(got);
  return new WsolError("ERR_WSOL_CONFIG", `expected ${expected} for '${key}', got ${shown}`, {
    details: { key, expected },
  });
}

function usage(message: string): WsolError {
  return new WsolError("ERR_WSOL_USAGE", message);
}
