import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { WsolError } from "../../errors";
import { isFile } from "../../files";
import { RUN_FILES } from "../../runs/run-folder";
import { type RunSummary, readRunSummaries } from "../../runs/summary";
import { planRuns, type StudyArm, type StudyPlan } from "./plan";
import type { StudyResult } from "./result";
import { readPlan, readResult, runFolder, STUDY_FILES } from "./study-folder";

export interface SummarizedRun {
  /** The name of its folder; arms that train alike name the same. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly seed: number;
  /** Null before its first event. */
  readonly summary: RunSummary | null;
}

export interface SummarizedArm {
  readonly arm: StudyArm;
  /** In the order of the seeds. */
  readonly runs: readonly SummarizedRun[];
}

/** What a study's folder holds, for reports; also of one that is under way. */
export interface StudySummary {
  /** Absolute. */
  readonly folder: string;
  readonly plan: StudyPlan;
  /** In the order of the plan. */
  readonly arms: readonly SummarizedArm[];
  /** As far as it is known; null before the first run is finished. */
  readonly result: StudyResult | null;
}

/** Whether a folder is a study's. */
export function isStudyFolder(folder: string): boolean {
  return isFile(join(folder, STUDY_FILES.plan));
}

/**
 * The folders of a study's runs, in the order of its plan; nothing of the runs is read.
 * @throws ERR_WSOL_RUN_FOLDER if it is no study's folder, or its plan is damaged
 */
export async function studyRunFolders(folder: string): Promise<string[]> {
  return foldersOf((await readArms(folder)).arms);
}

/**
 * Reads the folder of a study, also while it is running.
 * @throws ERR_WSOL_RUN_FOLDER if it is none, naming the file that is missing or damaged
 */
export async function readStudy(folder: string): Promise<StudySummary> {
  const { folder: absolute, plan, arms } = await readArms(folder);
  const paths = foldersOf(arms);
  const summaries = new Map(await Promise.all(paths.map(async (path) => [path, await summaryOf(path)] as const)));
  const summarized = arms.map(({ arm, runs }) => ({
    arm,
    runs: runs.map((run) => ({ ...run, summary: summaries.get(run.folder) ?? null })),
  }));
  return { folder: absolute, plan, arms: summarized, result: await readResult(absolute) };
}

interface PlannedArm {
  readonly arm: StudyArm;
  readonly runs: readonly Omit<SummarizedRun, "summary">[];
}

/** Arms that train alike share a run. */
function foldersOf(arms: readonly PlannedArm[]): string[] {
  return [...new Set(arms.flatMap(({ runs }) => runs.map((run) => run.folder)))];
}

/** What the plan alone tells. */
async function readArms(
  folder: string,
): Promise<Pick<StudySummary, "folder" | "plan"> & { readonly arms: readonly PlannedArm[] }> {
  const absolute = resolve(folder);
  const plan = await readPlan(absolute);
  if (plan === null) {
    throw new WsolError("ERR_WSOL_RUN_FOLDER", `'${folder}' is no study's folder: it has no ${STUDY_FILES.plan}`, {
      details: { path: folder, file: STUDY_FILES.plan },
      fix: "Pass a folder that `wsol sweep --out` wrote.",
    });
  }
  const planned = planRuns(plan, (name) => existsSync(runFolder(absolute, name)));
  const arms = plan.arms.map((arm) => ({
    arm,
    runs: planned
      .filter((run) => run.arms.includes(arm.name))
      .map(({ name, seed }) => ({ name, seed, folder: runFolder(absolute, name) })),
  }));
  return { folder: absolute, plan, arms };
}

async function summaryOf(folder: string): Promise<RunSummary | null> {
  const hasBegun = [RUN_FILES.config, RUN_FILES.metrics].every((file) => hasContent(join(folder, file)));
  return hasBegun ? (await readRunSummaries([folder]))[0]! : null;
}

function hasContent(path: string): boolean {
  return isFile(path) && statSync(path).size > 0;
}
