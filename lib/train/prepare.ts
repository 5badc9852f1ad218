import { isDeepStrictEqual } from "node:util";
import { flatten, mergeConfig } from "../config/flatten";
import { resolveConfig } from "../config/resolve";
import type { Config, ConfigInput } from "../config/schema";
import { Dataset } from "../data/dataset";
import { ImageLoader } from "../data/images/loader";
import { verifyImages } from "../data/images/verify-images";
import { batchesPerEpoch } from "../data/sampler";
import { describe, invalidArgument, WsolError } from "../errors";
import { loadTorchAddon } from "../native/load-torch";
import { RunFolder, readRunConfig } from "../runs/run-folder";
import type { TrainingContext } from "./context";
import { describeEnvironment } from "./environment";
import type { FitConfig, FitOptions } from "./options";
import { type Position, startPosition } from "./position";
import { TrainingSession } from "./session";

/** Opens the data, the run folder and the network. Nothing stays open or locked if any of them fails. */
export async function prepare(
  data: Dataset | string,
  { out, ...input }: FitConfig,
  { signal, resume = false }: FitOptions,
): Promise<TrainingContext> {
  const startedAt = performance.now();
  if (typeof out !== "string" || out === "") throw invalidArgument("out", "the path of a run folder", out);
  signal?.throwIfAborted();
  const config = resume ? continuedConfig(await readRunConfig(out), input) : resolveConfig(input);
  const dataset = typeof data === "string" ? await Dataset.open(data) : data;
  const train = dataset.split("train");
  const val = dataset.has("val") ? dataset.split("val") : null;
  const numClasses = checkClasses(config, dataset);
  const stepsPerEpoch = batchesPerEpoch(train.ids.length, config.optim.batchSize);
  if (stepsPerEpoch === 0)
    throw new WsolError("ERR_WSOL_DATA", `'${dataset.root}' has too few training images for one step`);
  const { resizeImage } = loadTorchAddon();
  const loader = new ImageLoader({ resize: resizeImage, cmyk: config.data.cmyk, cacheMemory: config.data.cacheMemory });
  for (const split of val === null ? [train] : [train, val]) await verifyImages(split, signal ? { signal } : {});

  const folder = await RunFolder.acquire(out, { resume });
  try {
    const session = await TrainingSession.open({ config, numClasses, classes: dataset.classes });
    try {
      const position = await firstPosition(session, folder, resume);
      await folder.writeJson("config", config);
      await folder.writeJson("environment", await describeEnvironment(config, dataset));
      return { config, numClasses, train, val, loader, session, folder, stepsPerEpoch, position, startedAt };
    } catch (error) {
      await session.close();
      throw error;
    }
  } catch (error) {
    await folder.release();
    throw error;
  }
}

async function firstPosition(session: TrainingSession, folder: RunFolder, resume: boolean): Promise<Position> {
  // A run that was killed before its first checkpoint begins again.
  return resume && folder.has("state") ? await session.restore(folder.file("state")) : startPosition();
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

// What may differ between the sessions of one run: it changes where and how fast, not what is computed.
const FREE_ON_RESUME = ["device", "threads", "data.cacheMemory"];

function continuedConfig(stored: Config, input: ConfigInput): Config {
  const config = resolveConfig(mergeConfig(stored, input));
  const before = flatten(stored);
  for (const [key, now] of flatten(config)) {
    const then = before.get(key);
    if (isDeepStrictEqual(then, now) || FREE_ON_RESUME.includes(key)) continue;
    throw new WsolError(
      "ERR_WSOL_CONFIG",
      `expected ${describe(then)}, as the run began, for '${key}', got ${describe(now)}`,
      { details: { key }, fix: "Leave the key out to resume, or start a new run." },
    );
  }
  return config;
}
