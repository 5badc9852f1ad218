import { DTYPE_BYTES } from "./dtype-bytes";
import type { MemoryBudget } from "./memory-budget";
import { readNpyHeader } from "./npy-header";
import { npyValues } from "./npy-values";
import { printableName } from "./printable";
import { FormatProblem } from "./problem";
import type { NamedTensor, TensorFile } from "./tensor-file";
import type { ZipArchive } from "./zip/zip-archive";

const ENDING = ".npy";
/** NumPy's kinds of numbers, without their bytes, to the letters of the dtypes of files. */
const KINDS: Readonly<Record<string, string>> = { f: "F", i: "I", u: "U" };

/** Whether an archive holds NumPy arrays and nothing else. */
export function isNpz({ names }: ZipArchive): boolean {
  return names.length > 0 && names.every((name) => name.endsWith(ENDING));
}

/**
 * Reads the arrays of a `.npz` archive, stored or deflated, by name: floats of 16, 32 and 64 bits, whole numbers and bools,
 * either byte order, C or Fortran order. @throws FormatProblem
 */
export async function decodeNpz(archive: ZipArchive, budget: MemoryBudget): Promise<TensorFile> {
  const tensors: NamedTensor[] = [];
  for (const entry of archive.names) {
    const name = entry.slice(0, -ENDING.length);
    const bytes = await archive.read(entry);
    try {
      const header = readNpyHeader(bytes);
      const dtype = dtypeOf(header.dtype);
      tensors.push({ name, dtype, shape: header.shape, data: npyValues(bytes, header, DTYPE_BYTES[dtype]!, budget) });
    } catch (cause) {
      if (!(cause instanceof FormatProblem)) throw cause;
      throw new FormatProblem(`its array ${printableName(name)} cannot be read: ${cause.message}`, { cause });
    }
  }
  return { tensors, metadata: {} };
}

function dtypeOf(descr: string): string {
  if (descr === "|b1") return "BOOL";
  const [, kind, bytes] = /^[<>|=]([fiu])([1248])$/.exec(descr) ?? [];
  const dtype = `${KINDS[kind ?? ""]}${Number(bytes) * 8}`;
  if (Object.hasOwn(DTYPE_BYTES, dtype)) return dtype;
  throw new FormatProblem(
    `expected numbers of 1, 2, 4 or 8 bytes, got the dtype ${JSON.stringify(descr.slice(0, 20))}`,
  );
}
