import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Dataset } from "../../data/dataset";
import { datasetFingerprint, describeDifference } from "../../data/fingerprint";
import { isWsolError, WsolError } from "../../errors";
import { isFile } from "../../files";
import { readRunRecords } from "../../runs/records";
import { RUN_FILES, readRunConfig } from "../../runs/run-folder";
import { stepsDone } from "../../train/position";
import { readStateInfo } from "../../train/state";
import { trainingPlan } from "../../train/training-plan";
import type { RunStatus } from "./events";
import { differingKey, type PlannedRun } from "./plan";
import type { StudyFolder } from "./study-folder";

/** What a finished run's evaluation must be of. */
export interface WantedEvaluation {
  readonly dataset: Dataset;
  readonly split: string;
  /** Of the split's metadata and masks. */
  readonly fingerprint: string;
}

/** Where a run begins in this session, or why it cannot. */
export interface RunFate {
  readonly status: RunStatus;
  /** Training steps that earlier sessions have done. */
  readonly steps: number;
  /** What is wrong with its folder; null: nothing. */
  readonly error: WsolError | null;
}

/**
 * How far the runs of a study are. A folder that misses a file or is damaged is the failure of its run alone.
 * @throws ERR_WSOL_RUN_FOLDER, ERR_WSOL_DATA if a run of other settings or other data lies in one of the folders
 */
export async function statusOfRuns(
  folder: Pick<StudyFolder, "run">,
  runs: readonly PlannedRun[],
  wanted: WantedEvaluation,
): Promise<ReadonlyMap<string, RunFate>> {
  const fates = new Map<string, RunFate>();
  for (const run of runs) {
    const fate = await statusOfRun(folder.run(run.name), run, wanted).then(
      (progress) => ({ ...progress, error: null }),
      (error): RunFate => {
        if (!isWsolError(error) || isOtherRun(error)) throw error;
        return { ...NOTHING, error };
      },
    );
    fates.set(run.name, fate);
  }
  return fates;
}

const NOTHING = { status: "new", steps: 0 } as const;

/** Of other settings or data, which no run of this study can be made of. */
function isOtherRun(error: WsolError): boolean {
  return error.code === "ERR_WSOL_DATA" || error.details.key !== undefined;
}

/**
 * How far a run's folder is. Only what it holds counts, not who made it.
 * @throws ERR_WSOL_RUN_FOLDER naming the key in which its configuration is not the planned one, or the file that it misses;
 *   ERR_WSOL_DATA if it began with other data; ERR_WSOL_CHECKPOINT if its state file is damaged
 */
export async function statusOfRun(
  folder: string,
  run: PlannedRun,
  wanted: WantedEvaluation,
): Promise<Omit<RunFate, "error">> {
  const path = (name: keyof typeof RUN_FILES) => join(folder, RUN_FILES[name]);
  if (!isFile(path("state"))) {
    if (!isFile(path("last")) && !isFile(path("best"))) return NOTHING;
    throw missing(folder, RUN_FILES.state);
  }
  if (!isFile(path("config"))) throw missing(folder, RUN_FILES.config);
  const stored = await readRunConfig(folder);
  const difference = differingKey(stored, run.config);
  if (difference !== null) throw otherRun(folder, difference);
  const { position, data } = await readStateInfo(path("state"));
  refuseOtherData(folder, wanted.dataset, data);
  const { stepsPerEpoch } = trainingPlan(run.config, wanted.dataset);
  const steps = stepsDone(position, stepsPerEpoch);
  if (position.epoch < run.config.optim.epochs) return { status: "begun", steps };
  // Written before the state, so that it was there; nobody could use the run without it.
  if (!isFile(path("last"))) throw missing(folder, RUN_FILES.last);
  return { status: (await isEvaluated(folder, run, wanted)) ? "finished" : "trained", steps };
}

/** Whether the folder has the wanted evaluation of its weights, with the records that belong to it. */
async function isEvaluated(
  folder: string,
  { config }: PlannedRun,
  { split, fingerprint }: WantedEvaluation,
): Promise<boolean> {
  if (!isFile(join(folder, RUN_FILES.evaluation))) return false;
  try {
    const { evaluation } = await readRunRecords(folder);
    const { evaluated } = evaluation;
    const { step, sigma } = config.evaluation;
    return (
      evaluation.split === split &&
      evaluated?.fingerprint === fingerprint &&
      evaluated.masks === null &&
      evaluated.step === step &&
      evaluated.sigma === sigma &&
      evaluated.model?.checkpoint === "last" &&
      evaluated.model.epoch === config.optim.epochs &&
      evaluated.model.precision === config.precision &&
      isDeepStrictEqual({ ...evaluated.model.scoreMap }, { ...config.scoreMap })
    );
  } catch (error) {
    // Made again, from the weights.
    if (isWsolError(error, "ERR_WSOL_RUN_FOLDER")) return false;
    throw error;
  }
}

function missing(folder: string, file: string): WsolError {
  return new WsolError("ERR_WSOL_RUN_FOLDER", `the run in '${folder}' has no ${file}`, {
    details: { path: folder, file },
    fix: "Put the file back, or move the folder away to train the run again.",
  });
}

function otherRun(
  folder: string,
  { key, before, now }: { readonly key: string; readonly before: string; readonly now: string },
): WsolError {
  return new WsolError("ERR_WSOL_RUN_FOLDER", `expected ${now} for '${key}' in the run in '${folder}', got ${before}`, {
    details: { path: folder, key },
    fix: "Leave the setting as it was, or pass another `out`.",
  });
}

function refuseOtherData(folder: string, dataset: Dataset, then: Parameters<typeof describeDifference>[1]): void {
  const difference = describeDifference(datasetFingerprint(dataset, ["train", "val"]), then);
  if (difference === null) return;
  throw new WsolError(
    "ERR_WSOL_DATA",
    `'${dataset.root}' is not the data set that the run in '${folder}' began with: ${difference}`,
    { details: { root: dataset.root, path: folder }, fix: "Pass the data set it began with, or another `out`." },
  );
}
