import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config } from "../config/schema";
import { Dataset } from "../data/dataset";
import type { ImageLoader } from "../data/images/loader";
import { loaderFor } from "../data/images/loader-for";
import { verifyImages } from "../data/images/verify-images";
import { warnOfSkipped } from "../data/images/warn-of-skipped";
import type { Split } from "../data/split";
import { invalidArgument, WsolError } from "../errors";
import { cannotWrite, writeFileAtomically } from "../files";
import { encodeNpy } from "../formats/npy";
import type { Localizer } from "../localize/localizer";
import { chooseDevice } from "../models/network";
import { checkOptions, type OptionKeys, warn } from "../options";
import { chosenThreshold, type EvaluatedModel, type Evaluation } from "../runs/evaluation";
import type { RunRecords } from "../runs/image-records";
import { describeEvaluated } from "./describe-evaluated";
import { type EvaluateSplitOptions, evaluateSplit } from "./evaluate-split";

export interface EvaluateOptions {
  /** @default "test" */
  readonly split?: string;
  /** Step of the threshold grid. @default as the model was trained (0.001) */
  readonly step?: number;
  /** Fixed threshold reported beside the best one. @default as the model was trained (0.15) */
  readonly sigma?: number;
  /** Images of a batch. @default as the model was trained */
  readonly batchSize?: number;
  /** Folder that receives every score map, float64, as `<image id>.npy`, of a multi-label set as `<image id>.<class>.npy`. */
  readonly scoreMapsDir?: string;
  /** Folder of the mask files. @default `masks` of the data set */
  readonly masksDir?: string;
  /** File that receives one JSON line per image, of a multi-label set per image and class that it has. */
  readonly perImagePath?: string;
  /** CPU threads of the metrics; 0: all cores. @default 0 */
  readonly workers?: number;
  /** What becomes of images that cannot be used: `skip` keeps them out of every figure and names them. @default as the model was trained */
  readonly onBadImage?: Config["data"]["onBadImage"];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  /** Told which images are skipped: the first few, then that there are more. @default Node's `warning` event, which it prints */
  readonly onWarning?: (message: string) => void;
}

export const EVALUATE_OPTIONS: OptionKeys<EvaluateOptions> = {
  ...{ split: true, step: true, sigma: true, batchSize: true, scoreMapsDir: true, masksDir: true },
  ...{ perImagePath: true, workers: true, onBadImage: true, signal: true, onProgress: true, onWarning: true },
};

/**
 * Evaluates a model on a split: classification, localization and entropy, exactly the JSON of `wsol evaluate --json`.
 * Where `val` has boxes it is evaluated first, for the threshold that `atValThreshold` applies to the split.
 *
 * @param data An opened data set, or the folder of one.
 * @throws ERR_WSOL_DATA (no such split, more classes than the model), ERR_WSOL_IMAGE, ERR_WSOL_CLOSED, …
 */
export async function evaluate(
  model: Localizer,
  data: Dataset | string,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  checkOptions(options, EVALUATE_OPTIONS);
  return evaluateModel(model, data, options);
}

/** What this package alone asks for, beside the options of {@link evaluate}. */
export interface EvaluateInternals {
  /** One that several evaluations share, with the images it remembers. @default one that remembers none */
  readonly loader?: ImageLoader | undefined;
  /** Receives what a run folder keeps of each image of the split. */
  readonly onRecords?: (records: RunRecords) => void;
}

/** As {@link evaluate}, of checked options. */
export async function evaluateModel(
  model: Localizer,
  data: Dataset | string,
  options: EvaluateOptions,
  internals: EvaluateInternals = {},
): Promise<Evaluation> {
  if (internals.loader !== undefined)
    return evaluateWith(model, data, options, { ...internals, loader: internals.loader });
  const loader = loaderOf(model);
  return evaluateWith(model, data, options, { ...internals, loader }).finally(() => loader.close());
}

async function evaluateWith(
  model: Localizer,
  data: Dataset | string,
  options: EvaluateOptions,
  { loader, onRecords }: EvaluateInternals & { readonly loader: ImageLoader },
): Promise<Evaluation> {
  const dataset = typeof data === "string" ? await Dataset.open(data) : data;
  const split = dataset.split(options.split ?? "test");
  checkClasses(model, dataset);
  const val = split.name !== "val" && dataset.has("val") ? dataset.split("val") : null;
  const chooser = val !== null && val.boxes !== null && split.boxes !== null ? val : null;
  const { step = model.config.evaluation.step, sigma = model.config.evaluation.sigma } = options;
  const onBadImage = policyOf(options, model);
  const warnOf = warnOfSkipped(options.onWarning ?? warn, "the evaluation");
  const total = split.ids.length + (chooser?.ids.length ?? 0);

  let before = 0;
  const run = async (
    part: Split,
    extra: Pick<EvaluateSplitOptions, "valThreshold" | "perImagePath" | "onScoreMaps" | "onRecords">,
  ) => {
    if (onBadImage === "stop") await verifyImages(part, options);
    const result = await evaluateSplit(model.network, part, loader, {
      side: model.config.data.cropSize,
      batchSize: options.batchSize ?? model.config.optim.batchSize,
      scoreMap: model.config.scoreMap,
      numClasses: model.numClasses,
      multiLabel: model.config.loss.multiLabel,
      step,
      sigma,
      workers: options.workers ?? 0,
      onBadImage,
      onSkipped: (skipped) => {
        for (const { error } of skipped) warnOf(part.name, error);
      },
      ...(options.masksDir !== undefined && { masksDir: options.masksDir }),
      ...(options.signal && { signal: options.signal }),
      onProgress: (done) => options.onProgress?.(before + done, total),
      ...extra,
    });
    before += part.ids.length;
    return result;
  };
  const onVal = chooser === null ? null : await run({ ...chooser, masks: null }, { valThreshold: null });
  const { scoreMapsDir, perImagePath, masksDir, signal } = options;
  const measured = await run(split, {
    valThreshold: onVal && chosenThreshold(onVal),
    ...(perImagePath !== undefined && { perImagePath }),
    ...(scoreMapsDir !== undefined && { onScoreMaps: scoreMapWriter(scoreMapsDir) }),
    ...(onRecords && { onRecords }),
  });
  const source = { model: describeModel(model), scoreMaps: null };
  return { evaluated: await describeEvaluated(split, { step, sigma, masksDir, signal }, source), ...measured };
}

function policyOf({ onBadImage }: EvaluateOptions, { config }: Localizer): Config["data"]["onBadImage"] {
  if (onBadImage !== undefined && onBadImage !== "stop" && onBadImage !== "skip") {
    throw invalidArgument("onBadImage", "'stop' or 'skip'", onBadImage);
  }
  return onBadImage ?? config.data.onBadImage;
}

function describeModel({ source, config }: Localizer): EvaluatedModel {
  return {
    weights: source.path,
    checkpoint: source.checkpoint,
    epoch: source.epoch,
    device: chooseDevice(config.device),
    precision: config.precision,
    scoreMap: config.scoreMap,
  };
}

/** Each image is read once, so nothing is worth keeping, but for the next evaluation. */
function loaderOf({ config: { data } }: Localizer): ImageLoader {
  return loaderFor({ ...data, cache: data.cache === "disk" ? "disk" : "none" });
}

function checkClasses(model: Localizer, dataset: Dataset): void {
  if (dataset.numClasses <= model.numClasses) return;
  throw new WsolError(
    "ERR_WSOL_DATA",
    `expected at most ${model.numClasses} classes, the model's, in '${dataset.root}', got ${dataset.numClasses}`,
    { details: { root: dataset.root, model: model.numClasses, data: dataset.numClasses } },
  );
}

function scoreMapWriter(folder: string): (names: readonly string[], maps: Float64Array, size: number) => Promise<void> {
  return async (names, maps, size) => {
    for (const [index, name] of names.entries()) {
      const path = join(folder, `${name}.npy`);
      await mkdir(dirname(path), { recursive: true }).catch((cause) => {
        throw cannotWrite(path, cause);
      });
      const map = maps.subarray(index * size * size, (index + 1) * size * size);
      await writeFileAtomically(path, encodeNpy(map, [size, size]));
    }
  };
}
