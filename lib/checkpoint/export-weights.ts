import { resolve } from "node:path";
import { invalidArgument, WsolError } from "../errors";
import { writePth } from "../formats/pth/write-pth";
import { writeSafetensors } from "../formats/safetensors";
import type { TensorFile } from "../formats/tensor-file";
import { checkOptions, type OptionKeys } from "../options";
import type { Checkpoint } from "../runs/run-folder";
import type { ExportedWeights, ExportFormat } from "./exported-weights";
import { pythonFor } from "./python-for";
import { weightsOfRun } from "./run-weights";
import { readCheckpointFile, refuseNonFinite, type WeightsInfo, weightsInfo, weightsMetadata } from "./weights";

export interface ExportWeightsOptions {
  /** The file to write; one that is there is replaced. */
  readonly out: string;
  /** @default by the ending of `out` */
  readonly format?: ExportFormat;
  /** Which weights of a run folder. @default "last" */
  readonly checkpoint?: Checkpoint;
}

const KNOWN: OptionKeys<ExportWeightsOptions> = { out: true, format: true, checkpoint: true };
const WRITERS: Readonly<Record<ExportFormat, (path: string, file: TensorFile) => Promise<void>>> = {
  safetensors: writeSafetensors,
  pth: (path, { tensors }) => writePth(path, tensors),
};
const FORMATS = Object.keys(WRITERS) as ExportFormat[];

/**
 * Writes a trained network's weights so that PyTorch's networks load them strictly: torchvision's `resnet18` and `resnet50`,
 * timm's `resnetv2_18` (`preresnet18`) and `seresnet50`, by their names and shapes.
 *
 * @param source A run folder, or a weights file of this package.
 * @throws ERR_WSOL_RUN_FOLDER, ERR_WSOL_CHECKPOINT, ERR_WSOL_ARGUMENT, ERR_WSOL_WRITE
 * @example await exportWeights("runs/entropy", { out: "birds.pth" })
 */
export async function exportWeights(source: string, options: ExportWeightsOptions): Promise<ExportedWeights> {
  if (typeof source !== "string" || source === "") {
    throw invalidArgument("source", "a run folder or a weights file", source);
  }
  checkOptions(options, KNOWN);
  const { out, checkpoint = "last" } = options;
  if (typeof out !== "string" || out === "") throw invalidArgument("out", "the path of a file", out);
  if (checkpoint !== "last" && checkpoint !== "best") throw invalidArgument("checkpoint", "last or best", checkpoint);
  const format = formatOf(options);
  const path = await weightsOfRun(source, checkpoint);
  const file = await readCheckpointFile(path);
  const info = weightsInfo(file, path);
  if (info === null) throw foreign(path);
  refuseNonFinite(file.tensors, path);
  const target = resolve(out);
  if (target === resolve(path)) throw invalidArgument("out", "another file than that of the weights", out);
  await WRITERS[format](target, { tensors: file.tensors, metadata: weightsMetadata(info) });
  return describeExport(target, format, info);
}

function formatOf({ out, format }: ExportWeightsOptions): ExportFormat {
  const wanted = format ?? FORMATS.find((name) => out.endsWith(`.${name}`));
  if (wanted === undefined)
    throw invalidArgument("out", "a file that ends in .safetensors or .pth, or a `format`", out);
  if (!FORMATS.includes(wanted)) throw invalidArgument("format", `one of ${FORMATS.join(", ")}`, wanted);
  return wanted;
}

function foreign(path: string): WsolError {
  return new WsolError("ERR_WSOL_CHECKPOINT", `'${path}' holds no weights of this package`, {
    details: { path },
    fix: "Pass a run folder, or a weights file of one.",
  });
}

function describeExport(path: string, format: ExportFormat, { config, numClasses }: WeightsInfo): ExportedWeights {
  const { model, data } = config;
  return {
    ...{ path, format, backbone: model.backbone, numClasses, mean: data.mean, std: data.std },
    ...pythonFor(config, { path, format, numClasses }),
  };
}
