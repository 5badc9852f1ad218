import { DTYPE_BYTES } from "../dtype-bytes";
import type { MemoryBudget } from "../memory-budget";
import { printableName } from "../printable";
import { FormatProblem } from "../problem";
import { rowMajorBytes } from "../strided";
import type { NamedTensor, TensorFile } from "../tensor-file";
import { findStateDict } from "./find-state-dict";
import type { StorageReference, TorchTensor } from "./torch-dialect";

/** The bytes of a storage, whole. @throws FormatProblem */
export type ReadStorage = (storage: StorageReference) => Promise<Uint8Array>;

/** The tensors of what `torch.save` was given, with their data; storages of nothing else are read. @throws FormatProblem */
export async function readStateDict(saved: unknown, read: ReadStorage, budget: MemoryBudget): Promise<TensorFile> {
  const tensors: NamedTensor[] = [];
  for (const [name, tensor] of findStateDict(saved)) {
    try {
      const { dtype, layout } = tensor;
      const data = rowMajorBytes(await memoryOf(tensor, read), DTYPE_BYTES[dtype]!, layout, budget);
      tensors.push({ name, dtype, shape: layout.shape, data });
    } catch (cause) {
      if (!(cause instanceof FormatProblem)) throw cause;
      throw new FormatProblem(`tensor ${printableName(name)} cannot be read: ${cause.message}`, { cause });
    }
  }
  return { tensors, metadata: {} };
}

async function memoryOf({ storage }: TorchTensor, read: ReadStorage): Promise<Uint8Array> {
  const bytes = await read(storage);
  const { count, part } = storage;
  const { itemBytes } = storage.type;
  if (bytes.byteLength !== count * itemBytes) {
    throw new FormatProblem(`its storage has ${bytes.byteLength} bytes, expected ${count * itemBytes}`);
  }
  if (part === null) return bytes;
  if (part.offset + part.count > count) throw new FormatProblem("its storage reaches beyond the one it is a part of");
  return bytes.subarray(part.offset * itemBytes, (part.offset + part.count) * itemBytes);
}
