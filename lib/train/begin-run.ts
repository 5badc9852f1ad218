import { presetConfig, presetMisfit } from "../config/presets";
import { resolveConfig } from "../config/resolve";
import type { Config, ConfigInput } from "../config/schema";
import type { Dataset } from "../data/dataset";
import { type DatasetFingerprint, datasetFingerprint, describeDifference } from "../data/fingerprint";
import { verifyImages } from "../data/images/verify-images";
import { shapeOf } from "../data/shape";
import { invalidArgument, WsolError } from "../errors";
import { loadTorchAddon } from "../native/load-torch";
import { warn } from "../options";
import { RunFolder } from "../runs/run-folder";
import type { FitConfig, FitOptions } from "./options";
import { type Position, startPosition, stepsDone } from "./position";
import { changedScheduleWarning, resumedConfig } from "./resumed-config";
import { readState, type TrainingState } from "./state";
import { trainingPlan } from "./training-plan";

/** What the folder of a run says, which all its processes go by. */
export interface BegunRun {
  readonly config: Config;
  readonly position: Position;
  /** Of the data. */
  readonly fingerprint: DatasetFingerprint;
  /** Whether it goes on from a stored state. */
  readonly isRestored: boolean;
}

/** What only the process has that holds the folder. */
export interface HeldRun {
  readonly begun: BegunRun;
  readonly folder: RunFolder;
  readonly state: TrainingState | null;
}

/** What is asked of a run: what is given, and the whole configuration of one that is new. */
export interface WantedRun {
  readonly out: string;
  readonly input: ConfigInput;
  readonly fresh: Config | null;
}

/** @throws ERR_WSOL_ARGUMENT, ERR_WSOL_CONFIG */
export function wantedRun(
  { out, ...given }: FitConfig,
  { preset, resume = false, force = false }: Pick<FitOptions, "preset" | "resume" | "force">,
): WantedRun {
  if (typeof out !== "string" || out === "") throw invalidArgument("out", "the path of a run folder", out);
  if (resume && force) throw invalidArgument("force", "false with `resume: true`", force);
  const input = preset === undefined ? given : presetConfig(preset, given);
  return { out, input, fresh: resume ? null : resolveConfig(input) };
}

/** Takes the run folder, for a new run or one to be resumed. The folder is free again if anything fails. */
export async function beginRun(
  dataset: Dataset,
  { out, input, fresh }: WantedRun,
  options: Pick<FitOptions, "preset" | "signal" | "resume" | "force" | "onWarning">,
  worldSize: number,
): Promise<HeldRun> {
  const { preset, signal, resume = false, force = false, onWarning = warn } = options;
  dataset.split("train");
  if (fresh !== null) trainingPlan(fresh, dataset, worldSize);
  const misfit = preset === undefined ? null : presetMisfit(preset, shapeOf(dataset));
  if (misfit !== null) onWarning(misfit);
  // What cannot train at all is refused before the run folder is touched.
  loadTorchAddon();
  if (fresh !== null) await verifySplits(dataset, fresh, signal);

  const folder = await RunFolder.acquire(out, { resume, force, onWarning });
  try {
    const fingerprint = datasetFingerprint(dataset, ["train", "val"]);
    // A run that was killed before its first checkpoint begins again.
    const state = resume && folder.has("state") ? await readState(folder.file("state")) : null;
    if (state !== null) checkData(dataset, fingerprint, state.data, folder);
    const position = state?.position ?? startPosition();
    const config = fresh ?? (await resumedConfig(folder, input, state && position));
    const { stepsPerEpoch } = trainingPlan(config, dataset, worldSize);
    const held = { begun: { config, position, fingerprint, isRestored: state !== null }, folder, state };
    if (isComplete(held.begun)) return held;
    if (state !== null) {
      const step = stepsDone(position, stepsPerEpoch);
      const warning = await changedScheduleWarning(folder, config, { step, stepsPerEpoch });
      if (warning !== null) onWarning(warning);
    }
    if (fresh === null) await verifySplits(dataset, config, signal);
    folder.sign();
    return held;
  } catch (error) {
    folder.release();
    throw error;
  }
}

/** Whether nothing is left to do. */
export function isComplete({ config, position, isRestored }: BegunRun): boolean {
  return isRestored && position.epoch >= config.optim.epochs;
}

/** Before hours of training start; what is left out when it cannot be read needs no look before. */
async function verifySplits(dataset: Dataset, { data }: Config, signal?: AbortSignal): Promise<void> {
  if (data.onBadImage === "skip") return;
  for (const name of ["train", "val"] as const) {
    if (dataset.has(name)) await verifyImages(dataset.split(name), signal ? { signal } : {});
  }
}

function checkData(dataset: Dataset, now: DatasetFingerprint, then: DatasetFingerprint, folder: RunFolder): void {
  const difference = describeDifference(now, then);
  if (difference === null) return;
  const message = `'${dataset.root}' is not the data set that the run in '${folder.path}' began with: ${difference}`;
  throw new WsolError("ERR_WSOL_DATA", message, {
    details: { root: dataset.root, path: folder.path, data: now, run: then },
    fix: "Resume it with the data set it began with, or start a new run.",
  });
}
