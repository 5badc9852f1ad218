import { distance } from "fastest-levenshtein";
import { invalidArgument, WsolError } from "./errors";

/** Every key of an options type; one that is forgotten does not compile. */
export type OptionKeys<Options> = { readonly [Key in keyof Required<Options>]: true };

/**
 * Refuses options that the call does not know, as the configuration refuses unknown keys.
 * @throws ERR_WSOL_ARGUMENT naming the option and the nearest that exists, or a value that is no object.
 */
export function checkOptions<Options extends object>(options: Options, known: OptionKeys<Options>): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw invalidArgument("options", "an object", options);
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, Object.keys(known));
  throw new WsolError("ERR_WSOL_ARGUMENT", `unknown option '${unknown}'`, {
    details: { option: unknown, nearest },
    fix: `Did you mean '${nearest}'?`,
  });
}

/** What becomes of a warning where no `onWarning` is given: Node prints it. */
export function warn(message: string): void {
  process.emitWarning(message, "WsolWarning");
}

function nearestName(name: string, known: readonly string[]): string {
  const distanceTo = (other: string) => distance(name.toLowerCase(), other.toLowerCase());
  return known.toSorted((a, b) => distanceTo(a) - distanceTo(b))[0]!;
}
