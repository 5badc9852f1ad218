import { exitCodeOf, INTERRUPTED_EXIT_CODE, isWsolError } from "../errors";
import { isInterruption } from "./interruption";

/** What was asked for is done and printed, but for a part that failed: exit code 1. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
}

export function exitCodeForFailure(error: unknown): number {
  return isInterruption(error) ? INTERRUPTED_EXIT_CODE : exitCodeOf(error);
}

/** What the advice of errors calls by the names of the API, as the command line spells it. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/`(\w+): true`/g, "--$1"],
  [/`(out|seeds)`/g, "--$1"],
  [/`devices`/g, "--device"],
  [/\{ weights, backbone \}/g, "--weights FILE --backbone NAME"],
  [/`(\w+(?:\.\w+)+): ([^`]+)`/g, "--set $1=$2"],
];

export function inCommandLineWords(advice: string): string {
  return SPELLINGS.reduce((words, [api, option]) => words.replace(api, option), advice);
}

/** Code, message and fix on stderr; the stack and the causes only with `debug`. */
export function printFailure(error: unknown, { debug }: { debug: boolean }): void {
  if (isInterruption(error) || error instanceof PartialFailure) {
    console.error(error.message);
    return;
  }
  if (!isWsolError(error)) {
    console.error(debug ? error : `unexpected error: ${String((error as Error)?.message ?? error)}`);
    return;
  }
  console.error(`${error.code}: ${error.message}`);
  if (error.fix !== undefined) console.error(inCommandLineWords(error.fix));
  if (debug) console.error(error.stack, error.cause ?? "");
}
