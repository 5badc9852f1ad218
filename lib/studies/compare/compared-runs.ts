import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { invalidArgument, WsolError } from "../../errors";
import { type Difference, evaluationDifferences } from "../../runs/comparability";
import type { RunRecords } from "../../runs/image-records";
import { readRunRecords } from "../../runs/records";
import { RUN_FILES } from "../../runs/run-folder";
import { readRunSummaries } from "../../runs/summary";
import { isStudyFolder } from "../study/read-study";
import { STUDY_FILES } from "../study/study-folder";

/** One side of a comparison: a folder, or those of the same run with other seeds. */
export type ComparedSide = string | readonly string[];

/** What is read of the folders of a comparison, in their order. */
export interface ComparedRecords {
  readonly records: readonly RunRecords[];
  readonly notes: readonly string[];
}

/** A side from `A,A2`, as the command line takes it; a folder whose own name has commas is one. */
export function sideOf(text: string): ComparedSide {
  return existsSync(text) ? text : text.split(",");
}

/** @throws ERR_WSOL_ARGUMENT: no folder, or one twice */
export function foldersOf(side: ComparedSide, parameter: string): string[] {
  const folders: readonly string[] = typeof side === "string" ? [side] : side;
  const isList = Array.isArray(folders) && folders.every((one) => typeof one === "string" && one !== "");
  if (!isList || folders.length === 0) {
    // Of a list, the name that is none: a comma too many.
    throw invalidArgument(parameter, "a folder or an array of folders", folders.includes?.("") ? "" : side);
  }
  const twice = folders.find((one, index) => folders.findIndex((other) => resolve(other) === resolve(one)) < index);
  if (twice !== undefined) throw invalidArgument(parameter, "each folder once", twice);
  return [...folders];
}

/**
 * Reads what the evaluations of runs know of their images.
 * @throws ERR_WSOL_RUN_FOLDER naming the folder and what it misses, or in what the evaluations differ
 */
export async function readComparedRuns(folders: readonly string[]): Promise<ComparedRecords> {
  for (const folder of folders) await refuseOtherFolder(folder);
  const runs = await readRunSummaries(folders);
  const records: RunRecords[] = [];
  for (const folder of folders) records.push(await readRunRecords(folder));
  const differences = evaluationDifferences(runs);
  const hindrance = differences.find(({ what }) => !Object.hasOwn(MERE_NOTES, what));
  if (hindrance !== undefined) throw noComparison(folders, hindrance);
  const notes = differences.flatMap(({ what, values }) => MERE_NOTES[what]?.(values) ?? []);
  return { records, notes };
}

/** A folder of another kind, of which there is more to say than that it is no run's. */
async function refuseOtherFolder(folder: string): Promise<void> {
  const refuse = (what: string, fix: string): never => {
    throw new WsolError("ERR_WSOL_RUN_FOLDER", `expected a run folder, got '${folder}', which ${what}`, {
      details: { path: folder },
      fix,
    });
  };
  if (isStudyFolder(folder)) {
    refuse(
      "holds a study",
      `Pass its runs, \`${join(folder, STUDY_FILES.runs)}/…\`, the seeds of one side with commas.`,
    );
  }
  const names = await readdir(folder).catch((): string[] => []);
  const hasMaps = !names.includes(RUN_FILES.config) && names.some((name) => name.endsWith(".npy"));
  if (hasMaps) refuse("holds score maps", "Pass `--scoremaps --data DIR` (in a program `scoreMaps` and `data`).");
}

/** Differences of evaluations that leave their figures comparable. */
const MERE_NOTES: Readonly<Record<string, (values: readonly string[]) => string[]>> = {
  // No figure that is compared depends on it.
  sigma: () => [],
  "score map": (values) => [`the score maps are of different kinds: ${[...new Set(values)].join("; ")}`],
};

function noComparison(folders: readonly string[], { what, values }: Difference): WsolError {
  const other = values.findIndex((value) => value !== values[0]);
  const [a, b] = [0, other].map((index) => `'${folders[index]}' has ${values[index]}`);
  return new WsolError(
    "ERR_WSOL_RUN_FOLDER",
    `expected evaluations that are alike, but their ${what} differs: ${a}, ${b}`,
    {
      details: { what, folders: [folders[0], folders[other]], values: [values[0], values[other]] },
      fix: "Evaluate the runs on the same data and split, with the same threshold step.",
    },
  );
}
