import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { WsolError } from "../errors";
import { isFile, writeFileAtomically } from "../files";
import { FormatProblem } from "../formats/problem";
import { quote } from "./commands";
import type { RunRecords } from "./image-records";
import { decodeRecords, encodeRecords } from "./records-file";
import { RUN_FILES } from "./run-folder";
import { readStoredEvaluation, type StoredEvaluation } from "./summary";

/** The records of a run folder with the evaluation that they were kept from. */
export interface StoredRecords extends RunRecords {
  readonly evaluation: StoredEvaluation;
}

/** Keeps the records of an evaluation that is to be written next. @throws ERR_WSOL_WRITE */
export async function writeRunRecords(
  folder: string,
  records: RunRecords,
  evaluation: StoredEvaluation,
): Promise<void> {
  const bytes = await encodeRecords(records, digestOf(evaluation));
  await writeFileAtomically(join(folder, RUN_FILES.records), bytes);
}

/**
 * Reads the evaluation of a run folder and the records of its images.
 * @throws ERR_WSOL_RUN_FOLDER naming the folder and the file: not evaluated, no records, cut short, damaged, or records of
 *   another evaluation than `evaluation.json`
 */
export async function readRunRecords(folder: string): Promise<StoredRecords> {
  const evaluation = await readStoredEvaluation(folder);
  if (evaluation === null) throw refused(folder, RUN_FILES.evaluation, "it has no evaluation", evaluation);
  const path = join(folder, RUN_FILES.records);
  if (!isFile(path)) throw refused(folder, RUN_FILES.records, "it has no records of single images", evaluation);
  let stored: Awaited<ReturnType<typeof decodeRecords>>;
  try {
    stored = await decodeRecords(await readFile(path));
  } catch (cause) {
    const isKnown = cause instanceof FormatProblem || (cause as NodeJS.ErrnoException).code !== undefined;
    if (!isKnown) throw cause;
    throw refused(folder, RUN_FILES.records, `cannot read '${path}': ${(cause as Error).message}`, evaluation, cause);
  }
  if (stored.digest !== digestOf(evaluation)) {
    const reason = `its ${RUN_FILES.records} belongs to another evaluation than its ${RUN_FILES.evaluation}`;
    throw refused(folder, RUN_FILES.records, reason, evaluation);
  }
  return { ...stored.records, evaluation };
}

/** The same for an evaluation and for what is read back from its file, in whatever order its keys stand, also of versions without `skipped`. */
function digestOf({ skipped, ...evaluation }: StoredEvaluation): string {
  const told = skipped.length === 0 ? evaluation : { ...evaluation, skipped };
  const entries = Object.entries(told).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(entries)).digest("hex");
}

function refused(
  folder: string,
  file: string,
  reason: string,
  evaluation: StoredEvaluation | null,
  cause?: unknown,
): WsolError {
  const data = quote(evaluation?.evaluated?.data ?? "DIR");
  return new WsolError("ERR_WSOL_RUN_FOLDER", `cannot use the images of the run '${folder}': ${reason}`, {
    details: { path: folder, file },
    fix: `Run: wsol evaluate --run ${quote(folder)} --data ${data} --split ${evaluation?.split ?? "test"}`,
    ...(cause !== undefined && { cause }),
  });
}
