import { runInNewContext } from "node:vm";
import { invalidArgument, WsolError } from "../../../errors";

/** Longer names are cut: no key needs more. */
const MAX_NAME = 1024;
const TIMEOUT_MS = 5000;

/** @throws ERR_WSOL_ARGUMENT for an expression that does not compile */
export function groupExpression(source: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch (error) {
    throw invalidArgument("group", `a regular expression (${(error as Error).message})`, source);
  }
}

/**
 * The key of each name: what the first capture group matched, or the whole match without one; null where nothing matches. The
 * expression runs in a context of its own that is stopped after some seconds: one that backtracks without end does not
 * hold the process.
 * @throws ERR_WSOL_ARGUMENT when it takes too long, or matches no name
 */
export function groupKeys(group: string, names: readonly string[], timeout = TIMEOUT_MS): (string | null)[] {
  const { source } = groupExpression(group);
  const input = JSON.stringify({ source, names: names.map((name) => name.slice(0, MAX_NAME)) });
  const keys = JSON.parse(matchBounded(source, input, timeout)) as (string | null)[];
  if (keys.some((key) => key !== null) || names.length === 0) return keys;
  throw new WsolError(
    "ERR_WSOL_ARGUMENT",
    `expected an expression that matches image names for 'group', got '${source}'`,
    {
      details: { parameter: "group", example: names[0] },
      fix: `It is tried on each image's path below its class folder, such as '${names[0]}'.`,
    },
  );
}

/** Strings go in and out, so that nothing of either context is seen in the other. */
const SCRIPT = `{
  const { source, names } = JSON.parse(input);
  const expression = new RegExp(source, "u");
  JSON.stringify(names.map((name) => {
    const match = expression.exec(name);
    return match === null ? null : (match.length > 1 ? match[1] ?? null : match[0]);
  }));
}`;

function matchBounded(source: string, input: string, timeout: number): string {
  try {
    return runInNewContext(SCRIPT, { input }, { timeout });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw cause;
    throw new WsolError(
      "ERR_WSOL_ARGUMENT",
      `the expression '${source}' for 'group' takes more than ${timeout / 1000} s`,
      {
        details: { parameter: "group", timeout },
        fix: "Avoid repetitions inside repetitions, such as (a+)+.",
        cause,
      },
    );
  }
}
