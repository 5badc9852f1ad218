import { readFile } from "node:fs/promises";
import { FormatProblem } from "./problem";
import { decodeSafetensors } from "./safetensors";
import type { TensorFile } from "./tensor-file";

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
