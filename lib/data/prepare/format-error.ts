import { WsolError } from "../../errors";
import { FormatProblem } from "../../formats/problem";

/** What a reader of a file format says of a source's file, as a coded error that names the file; other failures as they are. */
export function formatError(file: string, cause: unknown): unknown {
  if (!(cause instanceof FormatProblem)) return cause;
  return new WsolError("ERR_WSOL_DATA", `cannot read '${file}': ${cause.message}`, {
    details: { path: file, reason: cause.message },
    cause,
  });
}
