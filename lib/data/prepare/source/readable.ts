import { FormatProblem } from "../../../formats/problem";
import { LIMITS } from "./limits";
import type { SourceEntry } from "./source";

/** Before memory is asked for. @throws FormatProblem */
export function checkReadable(entry: SourceEntry, most: number = LIMITS.entryBytes): void {
  if (entry.size > most) tooLarge(entry, most);
}

/** @throws FormatProblem */
export function tooLarge({ path, size }: SourceEntry, most: number = LIMITS.entryBytes): never {
  throw new FormatProblem(`'${path}' has ${size} bytes, expected at most ${most}`);
}
