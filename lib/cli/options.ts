import { InvalidArgumentError } from "commander";
import { applySettings } from "../config/resolve";
import type { ConfigInput } from "../config/schema";
import { WsolError } from "../errors";
import type { Checkpoint } from "../runs/run-folder";

/** Commander parsers: what they refuse is a usage error, exit code 2. */

export function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum) {
      throw new InvalidArgumentError(`Expected a whole number of at least ${minimum}.`);
    }
    return value;
  };
}

/** Values separated by commas. */
export function listOf<T>(parse: (text: string) => T): (text: string) => T[] {
  return (text) => text.split(",").map((part) => parse(part.trim()));
}

export function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1)) throw new InvalidArgumentError("Expected a number in [0, 1].");
  return value;
}

export function percent(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 100))
    throw new InvalidArgumentError("Expected percent, 0 to 100.");
  return value;
}

/** Which weights of a run. No default here: a command must know whether it was given. */
export function checkpoint(name: string): Checkpoint {
  if (name === "last" || name === "best") return name;
  throw new WsolError("ERR_WSOL_USAGE", `expected last or best for '--checkpoint', got '${name}'`);
}

/** `--set` of a command that takes the keys of some sections only. @throws ERR_WSOL_USAGE naming another key */
export function settingsOfSections<Section extends keyof ConfigInput>(
  settings: readonly string[],
  sections: readonly Section[],
): Pick<ConfigInput, Section> {
  const config = applySettings({}, settings);
  const other = Object.keys(config).find((key) => !(sections as readonly string[]).includes(key));
  if (other === undefined) return config;
  const known = sections.map((section) => `'${section}.…'`).join(" or ");
  throw new WsolError("ERR_WSOL_USAGE", `expected ${known} for '--set', got '${other}': the run has fixed the rest`);
}

/**
 * Refuses options that would have no effect beside others.
 * @param given The options by name; undefined: not given. @param reason Completes "'--x' has no effect …".
 * @throws ERR_WSOL_USAGE
 */
export function refuseIdle(given: Readonly<Record<string, unknown>>, reason: string): void {
  const idle = Object.keys(given).find((name) => given[name] !== undefined);
  if (idle !== undefined) throw new WsolError("ERR_WSOL_USAGE", `'${idle}' has no effect ${reason}`);
}

/** For options that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** Exactly one JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
