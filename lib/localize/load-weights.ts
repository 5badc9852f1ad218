import { isDeepStrictEqual } from "node:util";
import { obtainWeights } from "../checkpoint/obtain-weights";
import { weightsOfRun } from "../checkpoint/run-weights";
import { readWeightsFile, type WeightsFile } from "../checkpoint/weights-file";
import { mergeConfig } from "../config/flatten";
import { weightsNamed } from "../config/named-weights";
import { resolveConfig } from "../config/resolve";
import type { Config, ConfigInput } from "../config/schema";
import { invalidArgument, WsolError } from "../errors";
import { type ClassifierFacts, describeClassifier } from "../models/network";
import { checkOptions, type OptionKeys } from "../options";
import type { Checkpoint } from "../runs/run-folder";

/** Weights that are not in a run folder. */
export interface WeightsSource {
  /** A file (`.safetensors`, `.pth`, tensorpack's `.npz`), or a name that `model.weights` takes. */
  readonly weights: string;
  /** Needed for files of other tools; this package's weights, and names, tell theirs. */
  readonly backbone?: Config["model"]["backbone"];
  /** Names of the classes in label order, one for each output. @default as trained; none in files of other tools */
  readonly classes?: readonly string[];
  readonly stem?: Config["model"]["stem"];
  readonly lastStride?: 1 | 2;
  readonly layer3Stride?: 1 | 2;
  /** @default as trained; `same` for tensorpack's files */
  readonly padding?: Config["model"]["padding"];
  /** Side in pixels that images are resized to. @default 224, or as trained */
  readonly cropSize?: number;
  /** Subtracted from red, green and blue in [0, 1]. @default as trained, else ImageNet's */
  readonly mean?: Config["data"]["mean"];
  /** What they are divided by then. @default as trained, else ImageNet's */
  readonly std?: Config["data"]["std"];
}

/** How a model runs. */
export interface ModelOptions {
  /** Which weights of a run folder. @default "last" */
  readonly checkpoint?: Checkpoint;
  /** `auto`, `cpu` or `cuda:N`. @default "auto" */
  readonly device?: string;
  /** @default as trained */
  readonly precision?: Config["precision"];
  /** CPU threads; 0: all cores. @default 0 */
  readonly threads?: number;
  /** How score maps are made, key by key. @default as trained */
  readonly scoreMap?: ConfigInput["scoreMap"];
}

export interface LoadOptions extends ModelOptions {
  /** Ends a download with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told of bytes of a download; `total` where it is known. */
  readonly onDownload?: (done: number, total: number | undefined) => void;
}

/** Where a model's weights come from. */
export interface WeightsOrigin {
  readonly path: string;
  /** Null for a weights file that was named itself. */
  readonly checkpoint: Checkpoint | null;
  /** Fractional after an interruption; null for weights of other tools. */
  readonly epoch: number | null;
}

export const MODEL_OPTIONS: OptionKeys<ModelOptions> = {
  ...{ checkpoint: true, device: true, precision: true, threads: true, scoreMap: true },
};
const LOAD_OPTIONS: OptionKeys<LoadOptions> = { ...MODEL_OPTIONS, signal: true, onDownload: true };
const WEIGHTS_SOURCE: OptionKeys<WeightsSource> = {
  ...{ weights: true, backbone: true, classes: true, stem: true, lastStride: true, layer3Stride: true, padding: true },
  ...{ cropSize: true, mean: true, std: true },
};

/** Weights with all that a model needs to know. */
export interface LoadedWeights extends WeightsOrigin {
  readonly file: WeightsFile;
  readonly config: Config;
  readonly numClasses: number;
  readonly classes: readonly string[] | null;
  readonly valThreshold: number | null;
}

/** Reads the weights of a source, and finds out what network they are of. */
export async function readLoadedWeights(source: string | WeightsSource, options: LoadOptions): Promise<LoadedWeights> {
  checkOptions(options, LOAD_OPTIONS);
  if (typeof source === "object" && source !== null) checkOptions(source, WEIGHTS_SOURCE);
  const given: Partial<WeightsSource> = typeof source === "string" ? {} : (source ?? {});
  const path = await pathOf(source, options);
  const file = await readWeightsFile(path);
  const { info } = file;
  const named = weightsNamed(given.weights ?? null);
  if (info === null && given.backbone === undefined && named === null) {
    throw new WsolError("ERR_WSOL_CHECKPOINT", `'${path}' does not name its network`, {
      details: { path },
      fix: "Pass { weights, backbone }.",
    });
  }
  const classifier = describeClassifier(file.tensors);
  const base = info?.config ?? foreignConfig(file, classifier, given.backbone);
  const ofName = named && pick(named, ["backbone", "mean", "std"]);
  const model = { ...base.model, weights: null, ...(ofName && pick(ofName, ["backbone"])), ...modelOf(given) };
  const data = {
    ...base.data,
    ...(ofName && pick(ofName, ["mean", "std"])),
    ...pick(given, ["cropSize", "mean", "std"]),
  };
  data.imageSize = Math.max(data.imageSize, data.cropSize);
  const loaded = { ...base, model, data, device: "auto", threads: 0 };
  const config = resolveConfig(mergeConfig(loaded, pick(options, ["device", "precision", "threads", "scoreMap"])));
  const numClasses = info?.numClasses ?? classifier?.numClasses;
  // What is best for one kind of score map says nothing about another.
  const isAsTrained = isDeepStrictEqual(config.scoreMap, base.scoreMap);
  const valThreshold = isAsTrained ? (info?.valThreshold ?? null) : null;
  if (numClasses === undefined) {
    const names = "'fc.weight', 'head.fc.weight' or 'classifier_A.4.weight'";
    throw new WsolError("ERR_WSOL_CHECKPOINT", `'${path}' has no classifier: no ${names}`, {
      details: { path },
    });
  }
  const classes = checkClasses(given.classes, numClasses) ?? info?.classes ?? null;
  const checkpoint = path === source || typeof source !== "string" ? null : (options.checkpoint ?? "last");
  return { path, checkpoint, epoch: info?.epoch ?? null, file, config, numClasses, classes, valThreshold };
}

async function pathOf(source: string | WeightsSource, options: LoadOptions): Promise<string> {
  if (typeof source === "string") return weightsOfRun(source, options.checkpoint ?? "last");
  const weights: unknown = source?.weights;
  if (typeof weights !== "string")
    throw invalidArgument("source", "a run folder, a weights file or { weights }", source);
  return obtainWeights(weights, pick(options, ["signal", "onDownload"]));
}

/** Of weights that other tools trained, as far as they show. */
function foreignConfig(
  { trainedWith: { padding, stem } }: WeightsFile,
  classifier: ClassifierFacts | null,
  backbone: WeightsSource["backbone"],
): Config {
  return resolveConfig({
    method: { name: classifier?.method ?? "none" },
    model: { ...(padding && { padding }), ...(stem && backbone === "preresnet18" && { stem }) },
  });
}

function modelOf(given: Partial<WeightsSource>): Partial<Config["model"]> {
  return pick(given, ["backbone", "stem", "lastStride", "layer3Stride", "padding"]);
}

/** @throws ERR_WSOL_ARGUMENT unless there is a name for each class */
function checkClasses(classes: unknown, numClasses: number): readonly string[] | undefined {
  if (classes === undefined) return undefined;
  const isNames = Array.isArray(classes) && classes.every((name) => typeof name === "string" && name !== "");
  if (isNames && classes.length === numClasses) return classes;
  throw invalidArgument("classes", `${numClasses} names, one for each class of the weights`, classes);
}

function pick<T extends object, K extends keyof T>(object: T, keys: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(
    keys.filter((key) => object[key] !== undefined).map((key) => [key, object[key]]),
  ) as Partial<Pick<T, K>>;
}
