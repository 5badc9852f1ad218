import { mkdir, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { resolveConfig } from "../../config/resolve";
import { WsolError } from "../../errors";
import { cannotWrite, isFile, nameOfTemporary, writeFileAtomically } from "../../files";
import { FolderLock, LOCKED_WORK } from "../../lock";
import { damaged, readJson } from "../../runs/json-file";
import { RUN_FILES } from "../../runs/run-folder";
import { differingKey, type StudyPlan } from "./plan";
import type { StudyResult } from "./result";

/** What lies in a study's folder, by name. */
export const STUDY_FILES = { plan: "study.json", result: "results.json", lock: "study.lock", runs: "runs" } as const;

/** A folder that one running study at a time may write to. */
export class StudyFolder {
  readonly path: string;
  readonly #lock: FolderLock;

  private constructor(path: string, lock: FolderLock) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Makes the folder where needed and locks it for its holder alone.
   * @throws ERR_WSOL_BUSY if another study holds it; ERR_WSOL_RUN_FOLDER if it is a run's; ERR_WSOL_WRITE
   */
  static async acquire(path: string, onWarning: (message: string) => void): Promise<StudyFolder> {
    const absolute = resolve(path);
    if (isFile(join(absolute, RUN_FILES.config))) {
      throw new WsolError(
        "ERR_WSOL_RUN_FOLDER",
        `expected a folder for a study, got '${absolute}', which holds a run`,
        {
          details: { path: absolute },
          fix: "Pass another `out`.",
        },
      );
    }
    const runs = join(absolute, STUDY_FILES.runs);
    await mkdir(runs, { recursive: true }).catch((cause) => {
      throw cannotWrite(runs, cause);
    });
    const lock = await FolderLock.acquire(join(absolute, STUDY_FILES.lock), absolute, onWarning, LOCKED_WORK.study);
    try {
      lock.sign();
      await removeTemporaries(absolute);
    } catch (error) {
      lock.release();
      throw error;
    }
    return new StudyFolder(absolute, lock);
  }

  /** The folder of a run. */
  run(name: string): string {
    return runFolder(this.path, name);
  }

  /**
   * Stores the plan, in place of one with the same base.
   * @throws ERR_WSOL_RUN_FOLDER naming the key in which the study that is there differs; nothing is changed
   */
  async writePlan(plan: StudyPlan): Promise<void> {
    const stored = await readPlan(this.path);
    if (stored !== null) refuseOtherBase(this.path, stored, plan);
    await this.#write("plan", plan);
  }

  async writeResult(result: StudyResult): Promise<void> {
    await this.#write("result", result);
  }

  /** Idempotent. */
  release(): void {
    this.#lock.release();
  }

  async #write(name: "plan" | "result", value: unknown): Promise<void> {
    await writeFileAtomically(join(this.path, STUDY_FILES[name]), `${JSON.stringify(value, null, 2)}\n`);
  }
}

export function runFolder(study: string, name: string): string {
  return join(study, STUDY_FILES.runs, name);
}

/** The plan of a study's folder; null where there is none. @throws ERR_WSOL_RUN_FOLDER if it is damaged */
export async function readPlan(folder: string): Promise<StudyPlan | null> {
  const plan = await readJson<StudyPlan>(folder, STUDY_FILES.plan);
  if (plan === null) return null;
  const isComplete =
    Array.isArray(plan.arms) &&
    Array.isArray(plan.seeds) &&
    typeof plan.config === "object" &&
    plan.arms.every((arm) => typeof arm?.name === "string" && typeof arm.settings === "object");
  if (!isComplete) throw damaged(folder, STUDY_FILES.plan, "expected the plan of a study");
  return plan;
}

/** The result of a study's folder so far; null before its first run is finished. @throws ERR_WSOL_RUN_FOLDER */
export async function readResult(folder: string): Promise<StudyResult | null> {
  const result = await readJson<StudyResult>(folder, STUDY_FILES.result);
  if (result !== null && !Array.isArray(result.arms)) {
    throw damaged(folder, STUDY_FILES.result, "expected the result of a study");
  }
  return result;
}

/** Runs of other settings would stand beside each other in one table. */
function refuseOtherBase(path: string, stored: StudyPlan, plan: StudyPlan): void {
  const difference = differingKey(resolveConfig(stored.config), resolveConfig(plan.config));
  if (difference === null) return;
  const { key, before, now } = difference;
  throw new WsolError(
    "ERR_WSOL_RUN_FOLDER",
    `expected ${before}, as the study in '${path}' began, for '${key}', got ${now}`,
    { details: { path, key }, fix: "Leave the setting as it was, or pass another `out`." },
  );
}

/** What a killed study left half written. */
async function removeTemporaries(path: string): Promise<void> {
  const written: readonly string[] = [STUDY_FILES.plan, STUDY_FILES.result];
  for (const name of await readdir(path)) {
    const wanted = nameOfTemporary(name);
    if (wanted !== null && written.includes(wanted)) await rm(join(path, name), { force: true });
  }
}
