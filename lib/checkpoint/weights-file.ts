import type { Config } from "../config/schema";
import type { TensorFile } from "../formats/tensor-file";
import type { NativeTensor } from "../native/torch-addon";
import { fromTensorpack, isPreactivation, isTensorpack } from "./naming/tensorpack";
import { readCheckpointFile, type WeightsInfo, weightsInfo } from "./weights";

/** What a network must be like to give with these weights what it gave where they were trained. */
export type TrainedWith = Partial<Pick<Config["model"], "stem" | "padding"> & Pick<Config["data"], "mean" | "std">>;

/** Weights of any tool. */
export interface WeightsFile {
  readonly path: string;
  /** By PyTorch's names, in its layouts; in the precision of the file. */
  readonly tensors: readonly NativeTensor[];
  /** Null for weights of other tools. */
  readonly info: WeightsInfo | null;
  readonly trainedWith: TrainedWith;
}

/**
 * Reads weights: of this package, or of PyTorch, timm and tensorpack (`.safetensors`, `.pth`, `.npz`).
 * @throws ERR_WSOL_CHECKPOINT naming the path and what is wrong with it
 */
export async function readWeightsFile(path: string): Promise<WeightsFile> {
  const file = await readCheckpointFile(path);
  const info = weightsInfo(file, path);
  return { path, info, ...named(file, info) };
}

function named({ tensors }: TensorFile, info: WeightsInfo | null): Pick<WeightsFile, "tensors" | "trainedWith"> {
  if (isTensorpack(tensors)) {
    const stem = isPreactivation(tensors) ? "activated" : "plain";
    return { tensors: fromTensorpack(tensors), trainedWith: { stem, padding: "same" } };
  }
  return { tensors: withoutWrapper(tensors), trainedWith: info === null ? {} : trainedWith(info.config) };
}

function trainedWith({ model: { stem, padding }, data: { mean, std } }: Config): TrainedWith {
  return { stem, padding, mean, std };
}

/** The name that a network has inside PyTorch's `DataParallel`. */
const WRAPPER = "module.";

function withoutWrapper(tensors: readonly NativeTensor[]): readonly NativeTensor[] {
  if (!tensors.every(({ name }) => name.startsWith(WRAPPER))) return tensors;
  return tensors.map((tensor) => ({ ...tensor, name: tensor.name.slice(WRAPPER.length) }));
}
