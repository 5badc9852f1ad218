import type { MemoryBudget } from "../memory-budget";
import { unpickle } from "../pickle/unpickle";
import { FormatProblem } from "../problem";
import type { TensorFile } from "../tensor-file";
import type { ZipArchive } from "../zip/zip-archive";
import { readStateDict } from "./read-state-dict";
import { TORCH_DIALECT } from "./torch-dialect";

const PICKLE = /^[^/]*\/data\.pkl$/;

/** Whether an archive is one that PyTorch wrote. */
export function isPth({ names }: ZipArchive): boolean {
  return names.some((name) => PICKLE.test(name));
}

/**
 * Reads what `torch.save` writes since PyTorch 1.6: a zip archive of a pickle, `data.pkl`, and the storages that it names,
 * `data/KEY`, all in one folder. @throws FormatProblem also for TorchScript and for big-endian numbers
 */
export async function decodePth(archive: ZipArchive, budget: MemoryBudget): Promise<TensorFile> {
  const { names } = archive;
  const pickles = names.filter((name) => PICKLE.test(name));
  if (pickles.length !== 1) throw new FormatProblem(`expected one data.pkl in it, got ${pickles.length}`);
  const folder = pickles[0]!.slice(0, -"data.pkl".length);
  if (names.some((name) => name === `${folder}constants.pkl` || name.startsWith(`${folder}code/`))) {
    throw new FormatProblem("it is a TorchScript archive: save the model's state_dict() with torch.save instead");
  }
  const byteOrder = `${folder}byteorder`;
  if (names.includes(byteOrder)) checkByteOrder(await archive.read(byteOrder));
  const { value } = unpickle(await archive.read(pickles[0]!), 0, TORCH_DIALECT);
  return readStateDict(value, ({ key }) => archive.read(`${folder}data/${key}`), budget);
}

function checkByteOrder(bytes: Uint8Array): void {
  if (Buffer.from(bytes).toString("latin1") === "little") return;
  throw new FormatProblem("its numbers are big-endian: load and save it on a little-endian machine");
}
