import { isWsolError, WsolError } from "../../errors";

/**
 * What is wrong with an image, in `details.problem` of its error. `size`: it is of another size than `image_sizes.txt` says;
 * `system`: reading failed for a reason that is not the file's, such as too many open files.
 */
export type ImageProblem =
  | "missing"
  | "unreadable"
  | "empty"
  | "kind"
  | "damaged"
  | "cmyk"
  | "too-large"
  | "size"
  | "system";

/** What is wrong with the image that an error names; null for errors of anything else. */
export function problemOfImage(error: unknown): ImageProblem | null {
  if (!isWsolError(error, "ERR_WSOL_IMAGE") && !isWsolError(error, "ERR_WSOL_DATA")) return null;
  return (error.details.problem as ImageProblem | undefined) ?? null;
}

/**
 * Whether `data.onBadImage=skip` may leave the image out. Not where the system failed: which images it fails for is no
 * function of the data, and a run must be.
 */
export function isBadImage(error: unknown): error is WsolError {
  const problem = problemOfImage(error);
  return problem !== null && problem !== "system";
}

/** The error for an image that cannot be used. */
export function imageError(
  name: string,
  problem: ImageProblem,
  words: string,
  options: { readonly fix?: string; readonly cause?: unknown } = {},
): WsolError {
  return new WsolError("ERR_WSOL_IMAGE", `image '${name}' ${words}`, { details: { image: name, problem }, ...options });
}
