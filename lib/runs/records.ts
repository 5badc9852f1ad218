import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SplitName } from "../data/split";
import { WsolError } from "../errors";
import { isFile, writeFileAtomically } from "../files";
import { FormatProblem } from "../formats/problem";
import { quote } from "./commands";
import { decodeRecords, encodeRecords } from "./records-file";
import { RUN_FILES } from "./run-folder";
import { readStoredEvaluation, type StoredEvaluation } from "./summary";

/** The bits of a state of {@link HitRecords}: what an image's boxes hit, and from which IoU on. */
export const HIT = { largestAt50: 1, allAt30: 2, allAt50: 4, allAt70: 8 } as const;

/** What each image hits over the threshold grid, as the few thresholds where that changes. */
export interface HitRecords {
  /** Images + 1: the changes of image i are those from offsets[i] to before offsets[i + 1]. */
  readonly offsets: Int32Array;
  /** Index in the grid from which a state holds, ascending; each image's first is 0. */
  readonly begins: Int32Array;
  /** Bits of {@link HIT}. */
  readonly states: Uint8Array;
}

/** How many of each image's pixels have a score in each bin; bin edges are the threshold grid, then 1, 2 and 3. */
export interface PixelRecords {
  readonly bins: number;
  /** Images x 2 (foreground, background) x bins. */
  readonly counts: Int32Array;
}

/** What an evaluation keeps of each image of its split, in the split's order: enough to compute its figures for any draw of images. */
export interface RunRecords {
  readonly split: SplitName;
  /** Step of the threshold grid. */
  readonly step: number;
  /** The threshold that `val` chose; null without one. */
  readonly valThreshold: number | null;
  readonly ids: readonly string[];
  /** The true class of each image. */
  readonly labels: Int32Array;
  /** Class of the largest logit; null without predictions, as the entropy. */
  readonly predicted: Int32Array | null;
  /** H(p) in nats. */
  readonly entropy: Float64Array | null;
  /** Null without boxes. */
  readonly hits: HitRecords | null;
  /** Null without masks. */
  readonly pixels: PixelRecords | null;
}

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

/** The same for an evaluation and for what is read back from its file, in whatever order its keys stand. */
function digestOf(evaluation: StoredEvaluation): string {
  const entries = Object.entries(evaluation).sort(([a], [b]) => (a < b ? -1 : 1));
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
