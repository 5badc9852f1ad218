import type { WsolError } from "../../errors";

/** A folder that is not there must not fill the terminal. */
const MOST_WARNINGS = 10;

/**
 * Warns of the first images that are skipped, then that there are more.
 * @param named What names all of them: "metrics.jsonl".
 */
export function warnOfSkipped(
  onWarning: (message: string) => void,
  named: string,
): (split: string, error: WsolError) => void {
  let warnings = 0;
  return (split, error) => {
    warnings += 1;
    if (warnings <= MOST_WARNINGS) onWarning(`skipped in ${split}: ${error.message}`);
    if (warnings === MOST_WARNINGS + 1) onWarning(`more images are skipped; ${named} names all`);
  };
}
