import { readFile } from "node:fs/promises";
import { FormatProblem } from "./problem";
import { decodeSafetensors } from "./safetensors";

/** One tensor of a file, its data where the file's bytes lie. */
export interface NamedTensor {
  readonly name: string;
  /** As in safetensors: `F32`, `F64`, `I64`, `BF16`, … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly data: Uint8Array;
}

/** Tensors by name, and string metadata. */
export interface TensorFile {
  readonly tensors: readonly NamedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

interface TensorFormat {
  /** Whether a file that begins like this is meant to be of this format. */
  readonly begins: (bytes: Uint8Array) => boolean;
  /** @throws FormatProblem */
  readonly decode: (bytes: Uint8Array) => TensorFile;
}

/** Told apart by their first bytes; safetensors has no signature and comes last. */
const FORMATS: readonly TensorFormat[] = [{ begins: () => true, decode: decodeSafetensors }];

/** Reads a file of tensors, whatever its format. @throws FormatProblem */
export async function readTensors(path: string): Promise<TensorFile> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new FormatProblem(missing ? "no such file" : String(cause), { cause });
  }
  return FORMATS.find(({ begins }) => begins(bytes))!.decode(bytes);
}
