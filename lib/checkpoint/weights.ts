import { resolveConfig } from "../config/resolve";
import type { Config } from "../config/schema";
import { WsolError } from "../errors";
import { FormatProblem } from "../formats/problem";
import { readSafetensorsMetadata, writeSafetensors } from "../formats/safetensors";
import type { TensorFile } from "../formats/tensor-file";
import { readTensors } from "../formats/tensors";
import { toFloat32 } from "../formats/to-float32";
import type { NativeTensor, TensorInfo } from "../native/torch-addon";
import { firstNonFinite } from "./finite";

/** What a weights file of this package says about itself, so that it can be loaded without its run folder. */
export interface WeightsInfo {
  readonly config: Config;
  readonly numClasses: number;
  readonly classes: readonly string[] | null;
  /** Epochs trained; fractional after an interruption. */
  readonly epoch: number;
  /** The best threshold on `val`; null if there were no boxes. */
  readonly valThreshold: number | null;
}

const INFO_KEY = "entropy-wsol";

/** Metadata entries for a weights file; `format: pt` is what other readers of safetensors expect of PyTorch tensors. */
export function weightsMetadata(info: WeightsInfo): Record<string, string> {
  return { format: "pt", [INFO_KEY]: JSON.stringify(info) };
}

/** What the file says of itself; null for weights made by other tools. @throws ERR_WSOL_CHECKPOINT */
export function weightsInfo(file: TensorFile, path: string): WeightsInfo | null {
  const text = file.metadata[INFO_KEY];
  if (text === undefined) return null;
  try {
    const info = JSON.parse(text) as WeightsInfo;
    if (isWeightsInfo(info)) return { ...info, config: resolveConfig(info.config) };
  } catch (cause) {
    throw damagedInfo(path, cause);
  }
  throw damagedInfo(path);
}

function isWeightsInfo({ config, numClasses, classes, epoch, valThreshold }: WeightsInfo): boolean {
  const isFraction = (value: unknown) => typeof value === "number" && value >= 0 && value <= 1;
  const isName = (value: unknown) => typeof value === "string";
  return (
    typeof config === "object" &&
    config !== null &&
    Number.isInteger(numClasses) &&
    numClasses >= 2 &&
    (classes === null || (Array.isArray(classes) && classes.length <= numClasses && classes.every(isName))) &&
    Number.isFinite(epoch) &&
    (valThreshold === null || isFraction(valThreshold))
  );
}

function damagedInfo(path: string, cause?: unknown): WsolError {
  return new WsolError("ERR_WSOL_CHECKPOINT", `'${path}' has damaged '${INFO_KEY}' metadata`, {
    details: { path },
    cause,
  });
}

export async function writeWeights(path: string, tensors: readonly NativeTensor[], info: WeightsInfo): Promise<void> {
  await writeSafetensors(path, { tensors, metadata: weightsMetadata(info) });
}

/** Reads a file of tensors. @throws ERR_WSOL_CHECKPOINT naming the path and what is wrong with it */
export async function readCheckpointFile(path: string): Promise<TensorFile> {
  return orCheckpointError(path, readTensors(path));
}

/** What a file of this package's tensors says beside them, read without them. @throws ERR_WSOL_CHECKPOINT */
export async function readCheckpointMetadata(path: string): Promise<TensorFile["metadata"]> {
  return orCheckpointError(path, readSafetensorsMetadata(path));
}

async function orCheckpointError<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    if (!(cause instanceof FormatProblem)) throw cause;
    throw new WsolError("ERR_WSOL_CHECKPOINT", `cannot read '${path}': ${cause.message}`, { details: { path }, cause });
  }
}

export interface WantedTensors {
  /** The network's own tensors. */
  readonly table: readonly TensorInfo[];
  /** For the message: `preresnet18 with 200 classes`. */
  readonly description: string;
  /** The network's own tensors that win over the file's: a fresh classifier. */
  readonly own?: readonly NativeTensor[];
  /** Which of the file's tensors have no place here: another head's classifier. */
  readonly skips?: (name: string) => boolean;
}

/**
 * Picks a network's tensors out of a file's, by name. Shapes may differ by trailing sides of one (timm stores a linear
 * layer as a 1x1 convolution), floats of other precisions become single. @throws ERR_WSOL_CHECKPOINT listing what is missing, what is extra, what does not fit, or
 * naming what is not finite.
 */
export function matchTensors(
  all: readonly NativeTensor[],
  { table, description, own = [], skips = () => false }: WantedTensors,
  path: string,
): readonly NativeTensor[] {
  const given = all.filter(({ name }) => !skips(name));
  refuseDoubled(given, path);
  const byName = new Map(
    [...table.filter(isBatchCount).map(zeros), ...given, ...own].map((tensor) => [tensor.name, tensor]),
  );
  const missing = table.filter(({ name }) => !byName.has(name));
  const known = new Set(table.map(({ name }) => name));
  const extra = given.filter(({ name }) => !known.has(name));
  if (missing.length > 0 || extra.length > 0) {
    const parts = [naming("it misses", missing), naming("it has the foreign", extra)].filter((part) => part !== "");
    throw mismatch(path, description, parts.join("; "), { missing: names(missing), extra: names(extra) });
  }
  const matched = table.map((info) => {
    const found = byName.get(info.name)!;
    const tensor = info.dtype === "F32" ? toFloat32(found) : found;
    if (tensor.dtype !== info.dtype || !sameShape(tensor.shape, info.shape)) {
      const reason = `'${info.name}' is ${tensor.dtype} [${tensor.shape}], the network's is ${info.dtype} [${info.shape}]`;
      throw mismatch(path, description, reason, { tensor: info.name });
    }
    return { ...tensor, shape: info.shape };
  });
  refuseNonFinite(matched, path);
  return matched;
}

/** @throws ERR_WSOL_CHECKPOINT naming the first tensor of a file that holds NaN or an infinite value */
export function refuseNonFinite(tensors: readonly NativeTensor[], path: string): void {
  const tensor = firstNonFinite(tensors);
  if (tensor === null) return;
  throw new WsolError(
    "ERR_WSOL_CHECKPOINT",
    `expected finite values in '${path}', got NaN or infinite ones in '${tensor}'`,
    {
      details: { path, tensor },
    },
  );
}

/** Names of another tool can become the same one here. */
function refuseDoubled(tensors: readonly NativeTensor[], path: string): void {
  const seen = new Set<string>();
  for (const { name } of tensors) {
    if (seen.has(name)) {
      const details = { path, tensor: name };
      throw new WsolError("ERR_WSOL_CHECKPOINT", `expected '${name}' once in '${path}', got it twice`, { details });
    }
    seen.add(name);
  }
}

// Older PyTorch wrote no batch counts; nothing here reads them.
function isBatchCount({ name }: TensorInfo): boolean {
  return name.endsWith("num_batches_tracked");
}

function zeros(info: TensorInfo): NativeTensor {
  return { ...info, data: new Uint8Array(8) };
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  const trimmed = (shape: readonly number[]) => shape.join(",").replace(/(,1)+$/, "");
  return trimmed(a) === trimmed(b);
}

function naming(words: string, tensors: readonly TensorInfo[]): string {
  if (tensors.length === 0) return "";
  const shown = names(tensors.slice(0, 3)).map((name) => `'${name}'`);
  return `${words} ${shown.join(", ")}${tensors.length > 3 ? ` and ${tensors.length - 3} more` : ""}`;
}

function names(tensors: readonly TensorInfo[]): string[] {
  return tensors.map(({ name }) => name);
}

function mismatch(path: string, description: string, reason: string, details: Record<string, unknown>): WsolError {
  return new WsolError("ERR_WSOL_CHECKPOINT", `'${path}' does not fit ${description}: ${reason}`, {
    details: { path, ...details },
  });
}
