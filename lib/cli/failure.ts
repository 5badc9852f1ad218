import { exitCodeOf, isWsolError } from "../errors";
import { isInterruption } from "./interruption";

const INTERRUPTED = 130;

export function exitCodeForFailure(error: unknown): number {
  return isInterruption(error) ? INTERRUPTED : exitCodeOf(error);
}

/** Code, message and fix on stderr; the stack and the causes only with `debug`. */
export function printFailure(error: unknown, { debug }: { debug: boolean }): void {
  if (isInterruption(error)) {
    console.error(error.message);
    return;
  }
  if (!isWsolError(error)) {
    console.error(debug ? error : `unexpected error: ${String((error as Error)?.message ?? error)}`);
    return;
  }
  console.error(`${error.code}: ${error.message}`);
  if (error.fix !== undefined) console.error(error.fix);
  if (debug) console.error(error.stack, error.cause ?? "");
}
