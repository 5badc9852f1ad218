import { relative, resolve, sep } from "node:path";
import { closest } from "fastest-levenshtein";
import { invalidArgument, WsolError } from "../../errors";
import { checkOptions, type OptionKeys } from "../../options";
import type { PrepareOptions } from "./events";
import { SOURCE_FORMATS } from "./formats";
import type { SetOrigin } from "./prepared-folder";
import type { FormatSetting, FormatSettings, SourceFormat } from "./source-format";

/** Settings of single formats; one that is forgotten does not compile. */
const FORMAT_SETTINGS: OptionKeys<FormatSettings> = {
  split: true,
  group: true,
  boxes: true,
  masks: true,
  xmlZeroBased: true,
};
/** Files count by what is in them (`identityOf`), not by their names. */
const FILES: readonly FormatSetting[] = ["boxes", "masks"];

const KNOWN: OptionKeys<PrepareOptions> = {
  ...{ copy: true, val: true, seed: true, strict: true, force: true, followLinks: true, download: true },
  ...{ mirror: true, signal: true, onProgress: true, onWarning: true },
  ...FORMAT_SETTINGS,
};

/** @throws ERR_WSOL_ARGUMENT naming the nearest */
export function formatNamed(name: string): SourceFormat {
  const names = SOURCE_FORMATS.map((format) => format.name);
  const found = SOURCE_FORMATS.find((format) => format.name === name);
  if (found !== undefined) return found;
  throw new WsolError("ERR_WSOL_ARGUMENT", `expected one of ${names.join(", ")} for 'format', got '${name}'`, {
    details: { parameter: "format", known: names },
    ...(typeof name === "string" && { fix: `Did you mean '${closest(name, names)}'?` }),
  });
}

const MAX_SEED = 2 ** 32 - 1;

/** @throws ERR_WSOL_ARGUMENT for an unknown option, a wrong value, or one that the format has no use for */
export function checkPrepareOptions(format: SourceFormat, options: PrepareOptions): void {
  checkOptions(options, KNOWN);
  const { val, seed } = options;
  if (val !== undefined && !(Number.isInteger(val) && val >= 1))
    throw invalidArgument("val", "an integer of at least 1", val);
  if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED)) {
    throw invalidArgument("seed", `an integer from 0 to ${MAX_SEED}`, seed);
  }
  for (const name of ["copy", "strict", "force", "followLinks", "download"] as const) {
    const value = options[name];
    if (value !== undefined && typeof value !== "boolean") throw invalidArgument(name, "true or false", value);
  }
  if (options.mirror !== undefined && !options.download) {
    throw new WsolError("ERR_WSOL_ARGUMENT", "'mirror' has no effect without 'download'", {
      details: { parameter: "mirror" },
    });
  }
  const idle = givenSettings(options).find((name) => !format.takes?.includes(name));
  if (idle === undefined) {
    format.checkSettings?.(options);
    return;
  }
  throw new WsolError("ERR_WSOL_ARGUMENT", `'${idle}' has no effect on ${format.name}`, {
    details: { parameter: idle, format: format.name },
  });
}

function givenSettings(options: PrepareOptions): FormatSetting[] {
  return (Object.keys(FORMAT_SETTINGS) as FormatSetting[]).filter((name) => options[name] !== undefined);
}

/**
 * A set inside its own source would be a part of it the next time, a source inside of the set might be removed with it.
 * @throws ERR_WSOL_ARGUMENT
 */
export function checkPaths(source: string, out: string): void {
  for (const [parameter, value] of Object.entries({ source, out })) {
    if (typeof value !== "string" || value === "") throw invalidArgument(parameter, "a path", value);
  }
  const isWithin = (inner: string, outer: string) => {
    const path = relative(resolve(outer), resolve(inner));
    return path === "" || !(path === ".." || path.startsWith(`..${sep}`) || path === resolve(inner));
  };
  if (!isWithin(out, source) && !isWithin(source, out)) return;
  throw new WsolError(
    "ERR_WSOL_ARGUMENT",
    `expected a folder apart from the source '${source}' for 'out', got '${out}'`,
    {
      details: { parameter: "out", source, out },
    },
  );
}

/** What the prepared set depends on beside its source. */
export function settingsOf(options: PrepareOptions): SetOrigin["settings"] {
  const { copy = false, val, seed = 0 } = options;
  const given = givenSettings(options).filter((name) => !FILES.includes(name));
  const own = Object.fromEntries(given.map((name) => [name, options[name]]));
  return {
    copy,
    ...(val !== undefined && { val }),
    ...((val !== undefined || Object.keys(own).length > 0) && { seed }),
    ...own,
  };
}
