import { readFile, stat } from "node:fs/promises";
import { MemoryBudget } from "./memory-budget";
import { decodeNpz, isNpz } from "./npz";
import { FormatProblem } from "./problem";
import { decodeLegacyPth, isPickle } from "./pth/decode-legacy-pth";
import { decodePth, isPth } from "./pth/decode-pth";
import { decodeSafetensors } from "./safetensors";
import type { TensorFile } from "./tensor-file";
import { ZipArchive } from "./zip/zip-archive";

interface TensorFormat {
  /** Whether a file that begins like this is meant to be of this format. */
  readonly begins: (bytes: Uint8Array) => boolean;
  /** @throws FormatProblem */
  readonly decode: (bytes: Uint8Array) => TensorFile | Promise<TensorFile>;
}

/** Told apart by their first bytes; safetensors has no signature and comes last. */
const FORMATS: readonly TensorFormat[] = [
  { begins: isZip, decode: decodeZip },
  { begins: isPickle, decode: decodeLegacyPth },
  { begins: () => true, decode: decodeSafetensors },
];

/**
 * Reads a file of tensors: safetensors, PyTorch's `.pth` in the zip or the legacy format, or NumPy's `.npz`. Data are views
 * of the file's bytes where it is possible. @throws FormatProblem
 */
export async function readTensors(path: string): Promise<TensorFile> {
  let bytes: Buffer;
  try {
    const found = await stat(path);
    // What has no end, or waits for a writer, is not even opened.
    if (!found.isFile() && !found.isDirectory()) throw new FormatProblem("it is no file");
    bytes = await readFile(path);
  } catch (cause) {
    if (cause instanceof FormatProblem) throw cause;
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new FormatProblem(missing ? "no such file" : String(cause), { cause });
  }
  return decodeTensors(bytes);
}

/** The tensors of a file that is held in memory. @throws FormatProblem */
export async function decodeTensors(bytes: Uint8Array): Promise<TensorFile> {
  return FORMATS.find(({ begins }) => begins(bytes))!.decode(bytes);
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2]! < 0x09 && bytes[3]! < 0x09;
}

async function decodeZip(bytes: Uint8Array): Promise<TensorFile> {
  const budget = new MemoryBudget(bytes.length);
  const archive = new ZipArchive(bytes, budget);
  if (isPth(archive)) return decodePth(archive, budget);
  if (isNpz(archive)) return decodeNpz(archive, budget);
  throw new FormatProblem("it is a zip archive, but neither of PyTorch (data.pkl) nor of NumPy (.npy)");
}
