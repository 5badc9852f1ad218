import { presetConfig, presetMisfit } from "../config/presets";
import { resolveConfig } from "../config/resolve";
import type { Config } from "../config/schema";
import { Dataset } from "../data/dataset";
import { type DatasetFingerprint, datasetFingerprint, describeDifference } from "../data/fingerprint";
import type { ImageLoader } from "../data/images/loader";
import { loaderFor } from "../data/images/loader-for";
import { verifyImages } from "../data/images/verify-images";
import { batchesPerEpoch } from "../data/sampler";
import { shapeOf } from "../data/shape";
import type { Split } from "../data/split";
import { invalidArgument, WsolError } from "../errors";
import { TrueMasks } from "../evaluate/evaluator/true-masks";
import { loadTorchAddon } from "../native/load-torch";
import { warn } from "../options";
import { RunFolder } from "../runs/run-folder";
import type { CompleteRun, TrainingContext } from "./context";
import { describeEnvironment } from "./environment";
import type { FitConfig, FitOptions } from "./options";
import { startPosition, stepsDone } from "./position";
import { changedScheduleWarning, resumedConfig } from "./resumed-config";
import { TrainingSession } from "./session";
import { readState } from "./state";

/** Opens the data, the run folder and the network. Nothing stays open or locked if any of them fails. */
export async function prepare(
  data: Dataset | string,
  { out, ...given }: FitConfig,
  { preset, signal, resume = false, force = false, onWarning = warn, onDownload }: FitOptions,
  shared?: ImageLoader,
): Promise<TrainingContext | CompleteRun> {
  const startedAt = performance.now();
  if (typeof out !== "string" || out === "") throw invalidArgument("out", "the path of a run folder", out);
  if (resume && force) throw invalidArgument("force", "false with `resume: true`", force);
  signal?.throwIfAborted();
  const input = preset === undefined ? given : presetConfig(preset, given);
  const fresh = resume ? null : resolveConfig(input);
  const dataset = typeof data === "string" ? await Dataset.open(data) : data;
  const train = dataset.split("train");
  const val = dataset.has("val") ? dataset.split("val") : null;
  if (fresh !== null) trainingPlan(fresh, dataset);
  const misfit = preset === undefined ? null : presetMisfit(preset, shapeOf(dataset));
  if (misfit !== null) onWarning(misfit);
  // What cannot train at all is refused before the run folder is touched.
  loadTorchAddon();
  const splits = val === null ? [train] : [train, val];
  if (fresh !== null) await verifySplits(splits, fresh, signal);

  const folder = await RunFolder.acquire(out, { resume, force, onWarning });
  try {
    const fingerprint = datasetFingerprint(dataset, ["train", "val"]);
    // A run that was killed before its first checkpoint begins again.
    const state = resume && folder.has("state") ? await readState(folder.file("state")) : null;
    if (state !== null) checkData(dataset, fingerprint, state.data, folder);
    const position = state?.position ?? startPosition();
    const config = fresh ?? (await resumedConfig(folder, input, state && position));
    const { numClasses, stepsPerEpoch } = trainingPlan(config, dataset);
    if (state !== null && position.epoch >= config.optim.epochs) {
      folder.release();
      return { isComplete: true, folder, position, stepsPerEpoch, startedAt };
    }
    if (state !== null) {
      const step = stepsDone(position, stepsPerEpoch);
      const warning = await changedScheduleWarning(folder, config, { step, stepsPerEpoch });
      if (warning !== null) onWarning(warning);
    }
    if (fresh === null) await verifySplits(splits, config, signal);
    folder.sign();
    const loader = shared ?? loaderFor(config.data, { onWarning });
    const session = await TrainingSession.open(
      { config, numClasses, classes: dataset.classes, data: fingerprint, isRestored: state !== null },
      { onWarning, ...(signal && { signal }), ...(onDownload && { onDownload }) },
    );
    try {
      if (state !== null) await session.restore(state, folder.file("state"));
      if (!resume) await folder.clear();
      await folder.writeJson("config", config);
      await folder.writeJson("environment", await describeEnvironment(config, dataset));
      const trueMasks = new TrueMasks();
      return { config, numClasses, train, val, loader, trueMasks, session, folder, stepsPerEpoch, position, startedAt };
    } catch (error) {
      await session.close();
      throw error;
    }
  } catch (error) {
    folder.release();
    throw error;
  }
}

/** Before hours of training start; what is left out when it cannot be read needs no look before. */
async function verifySplits(splits: readonly Split[], { data }: Config, signal?: AbortSignal): Promise<void> {
  if (data.onBadImage === "skip") return;
  for (const split of splits) await verifyImages(split, signal ? { signal } : {});
}

/** What follows from the configuration and the data together. @throws ERR_WSOL_CONFIG, ERR_WSOL_DATA */
export function trainingPlan(config: Config, dataset: Dataset): { numClasses: number; stepsPerEpoch: number } {
  const numClasses = checkClasses(config, dataset);
  if (dataset.isMultiLabel && config.method.name === "acol") {
    const message = `expected another than 'acol' for 'method.name', got 'acol': images of '${dataset.root}' have several classes`;
    throw new WsolError("ERR_WSOL_CONFIG", message, {
      details: { key: "method.name", root: dataset.root },
      fix: "ACoL erases by the map of the one class that an image has: use adl or rdap.",
    });
  }
  const stepsPerEpoch = batchesPerEpoch(dataset.split("train").ids.length, config.optim.batchSize);
  if (stepsPerEpoch === 0)
    throw new WsolError("ERR_WSOL_DATA", `'${dataset.root}' has too few training images for one step`);
  return { numClasses, stepsPerEpoch };
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

function checkClasses(config: Config, dataset: Dataset): number {
  const { numClasses } = config.model;
  if (numClasses !== null && numClasses < dataset.numClasses) {
    throw new WsolError(
      "ERR_WSOL_CONFIG",
      `expected at least ${dataset.numClasses}, the data set's classes, for 'model.numClasses', got ${numClasses}`,
      { details: { key: "model.numClasses" } },
    );
  }
  if (numClasses === null && dataset.numClasses < 2) {
    throw new WsolError(
      "ERR_WSOL_DATA",
      `expected at least 2 classes in '${dataset.root}', got ${dataset.numClasses}`,
      {
        details: { root: dataset.root },
      },
    );
  }
  return numClasses ?? dataset.numClasses;
}
