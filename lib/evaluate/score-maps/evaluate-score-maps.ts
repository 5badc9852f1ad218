import { resolve } from "node:path";
import { DEFAULTS } from "../../config/defaults";
import { Dataset } from "../../data/dataset";
import { prefetch } from "../../data/prefetch";
import type { Split } from "../../data/split";
import { WsolError } from "../../errors";
import { checkOptions, type OptionKeys } from "../../options";
import { chosenThreshold, type Evaluation } from "../../runs/evaluation";
import type { RunRecords } from "../../runs/image-records";
import { describeEvaluated, type EvaluationSetup } from "../describe-evaluated";
import { Evaluator, type EvaluatorOptions } from "../evaluator/evaluator";
import { writeRecords } from "../evaluator/write-records";
import { batchesOfMaps } from "./map-batch";
import { readScoreMap } from "./score-map-file";
import { ScoreMapFiles } from "./score-map-files";

export interface EvaluateScoreMapsOptions {
  /** @default "test" */
  readonly split?: string;
  /** Step of the threshold grid. @default 0.001 */
  readonly step?: number;
  /** Fixed threshold reported beside the best one. @default 0.15 */
  readonly sigma?: number;
  /** Folder of the mask files. @default `masks` of the data set */
  readonly masksDir?: string;
  /** File that receives one JSON line per score map, see `ImageRecord`. */
  readonly perImagePath?: string;
  /** CPU threads of the metrics; 0: all cores. @default 0 */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** In score maps. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Told about score maps of no image, once, with their count. */
  readonly onWarning?: (message: string) => void;
}

export const EVALUATE_SCORE_MAPS_OPTIONS: OptionKeys<EvaluateScoreMapsOptions> = {
  ...{ split: true, step: true, sigma: true, masksDir: true, perImagePath: true, workers: true },
  ...{ signal: true, onProgress: true, onWarning: true },
};

/** Maps read ahead of the one in use. */
const AHEAD = 8;

/**
 * Evaluates score maps made by any tool: `<image id>.npy` files below a folder, of a multi-label set one
 * `<image id>.<class>.npy` for each class that an image has; 2-D, float32 or float64, values in [0, 1],
 * of one size or of many. They are streamed, so memory does not grow with their number. Where the folder also holds a map
 * for every image of `val`, `val` is evaluated first for the threshold of `atValThreshold`. Needs no LibTorch.
 *
 * @param data An opened data set, or the folder of one; its images are not needed.
 * @returns An evaluation whose classification and entropy values are null
 * @throws ERR_WSOL_SCORE_MAP (missing, malformed, NaN, outside [0, 1]: names the image and the file), ERR_WSOL_MASK,
 *   ERR_WSOL_DATA (neither boxes nor masks, metadata), ERR_WSOL_ARGUMENT, ERR_WSOL_WRITE; the signal's reason
 */
export async function evaluateScoreMaps(
  folder: string,
  data: Dataset | string,
  options: EvaluateScoreMapsOptions = {},
): Promise<Evaluation> {
  checkOptions(options, EVALUATE_SCORE_MAPS_OPTIONS);
  return evaluateMaps(folder, data, options);
}

/** As {@link evaluateScoreMaps}, of checked options; `onRecords` receives what a run folder would keep of each image. */
export async function evaluateMaps(
  folder: string,
  data: Dataset | string,
  options: EvaluateScoreMapsOptions,
  onRecords?: (records: RunRecords) => void,
): Promise<Evaluation> {
  const { signal, perImagePath, masksDir, workers = 0 } = options;
  const { step = DEFAULTS.evaluation.step, sigma = DEFAULTS.evaluation.sigma } = options;
  signal?.throwIfAborted();
  const dataset = typeof data === "string" ? await Dataset.open(data) : data;
  const split = dataset.split(options.split ?? "test");
  requireTruth(split);
  const files = await ScoreMapFiles.list(folder);
  await files.requireAll(split);
  warnOfExtra(files, dataset, options.onWarning);

  const setup = { step, sigma, workers, masksDir, signal };
  const val = await chooserOf(dataset, split, files);
  const total = split.labels.length + (val?.labels.length ?? 0);
  const onDone = (done: number) => options.onProgress?.(done, total);
  let valThreshold: number | null = null;
  if (val !== null) {
    const chooser = evaluatorFor(val, files, setup, { valThreshold: null });
    await stream(chooser, val, files, onDone, signal);
    valThreshold = chosenThreshold(chooser.compute());
  }
  const evaluator = evaluatorFor(split, files, setup, {
    valThreshold,
    perImage: perImagePath !== undefined,
    keepRecords: onRecords !== undefined,
  });
  await stream(evaluator, split, files, (done) => onDone(done + (val?.labels.length ?? 0)), signal);
  const measured = evaluator.compute();
  const source = { model: null, scoreMaps: resolve(folder) };
  const evaluated = await describeEvaluated(split, setup, source);
  if (perImagePath !== undefined) await writeRecords(perImagePath, evaluator.records());
  onRecords?.(evaluator.runRecords());
  return { evaluated, ...measured };
}

function evaluatorFor(
  split: Split,
  files: ScoreMapFiles,
  { step, sigma, workers, masksDir }: EvaluationSetup & { readonly workers: number },
  extra: Pick<EvaluatorOptions, "valThreshold" | "perImage" | "keepRecords">,
): Evaluator {
  return new Evaluator(split, {
    step,
    sigma,
    mapSize: null,
    threads: workers,
    ...extra,
    mapName: files.namerOf(split),
    ...(masksDir !== undefined && { masksDir }),
  });
}

/** Pair by pair: the next maps are read while a batch is counted. */
async function stream(
  evaluator: Evaluator,
  split: Split,
  files: ScoreMapFiles,
  onDone: (done: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const pathOf = files.namerOf(split);
  const read = async (index: number) => ({ index, ...(await readScoreMap(pathOf(index))) });
  const maps = prefetch({ start: 0, end: split.labels.length }, read, { ahead: AHEAD, signal });
  let done = 0;
  let counting: Promise<void> = Promise.resolve();
  for await (const { indices, ...batch } of batchesOfMaps(maps)) {
    await counting;
    onDone(done);
    done += indices.length;
    counting = evaluator.update(indices, batch, null);
    counting.catch(() => undefined);
  }
  await counting;
  signal?.throwIfAborted();
  onDone(done);
}

/** `val` where it can choose a threshold for the split, else null. */
async function chooserOf(dataset: Dataset, split: Split, files: ScoreMapFiles): Promise<Split | null> {
  if (split.name === "val" || split.boxes === null || !dataset.has("val")) return null;
  const val = dataset.split("val");
  return val.boxes !== null && (await files.hasAll(val)) ? { ...val, masks: null } : null;
}

function requireTruth(split: Split): void {
  if (split.boxes !== null || split.masks !== null) return;
  throw new WsolError(
    "ERR_WSOL_DATA",
    `expected boxes or masks of the split '${split.name}' of '${split.root}' to evaluate score maps, found neither`,
    {
      details: { root: split.root, split: split.name },
      fix: `List boxes or masks in metadata/${split.name}/localization.txt.`,
    },
  );
}

function warnOfExtra(files: ScoreMapFiles, dataset: Dataset, onWarning?: (message: string) => void): void {
  const extra = files.extra(dataset);
  if (extra.length === 0) return;
  const [one, them] = extra.length === 1 ? ["score map", "belongs"] : ["score maps", "belong"];
  onWarning?.(`${extra.length} ${one} in '${files.folder}' ${them} to no image of the data set, such as '${extra[0]}'`);
}
