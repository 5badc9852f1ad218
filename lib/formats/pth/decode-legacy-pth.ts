import { MemoryBudget } from "../memory-budget";
import { unpickle } from "../pickle/unpickle";
import { describePickled } from "../pickle/values";
import { printableName } from "../printable";
import { FormatProblem } from "../problem";
import type { TensorFile } from "../tensor-file";
import { readStateDict } from "./read-state-dict";
import { type StorageReference, TORCH_DIALECT, TorchStorage } from "./torch-dialect";

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const COUNT_BYTES = 8;
const PICKLE_PROTO = 0x80;
const LATEST_PICKLE = 5;
const LARGEST_SAFETENSORS_HEADER = 100_000_000;

/**
 * Whether bytes begin like a binary pickle. Such first bytes, read as the header length of a safetensors file, are beyond
 * any.
 */
export function isPickle(bytes: Uint8Array): boolean {
  if (bytes.length < 8 || bytes[0] !== PICKLE_PROTO || bytes[1]! > LATEST_PICKLE) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getBigUint64(0, true) > LARGEST_SAFETENSORS_HEADER;
}

/**
 * Reads what `torch.save` wrote before PyTorch 1.6, and writes with `_use_new_zipfile_serialization=False`: pickles of a
 * magic number, a protocol, facts about the machine, the object, and a list of storage keys; then for each of these the
 * number of elements, a 64-bit integer, and the elements. @throws FormatProblem
 */
export async function decodeLegacyPth(bytes: Uint8Array): Promise<TensorFile> {
  const storages = new Map<string, StorageReference>();
  const dialect = { ...TORCH_DIALECT, persistent: (id: unknown) => noted(TORCH_DIALECT.persistent(id), storages) };
  let at = 0;
  const next = () => {
    const { value, end } = unpickle(bytes, at, dialect);
    at = end;
    return value;
  };
  if (next() !== MAGIC) throw new FormatProblem("it is a pickle, but not one of torch.save");
  if (next() !== PROTOCOL) throw new FormatProblem(`expected PyTorch's legacy protocol ${PROTOCOL}, got another`);
  const machine = next();
  if (machine instanceof Map && machine.get("little_endian") === false) {
    throw new FormatProblem("its numbers are big-endian: load and save it on a little-endian machine");
  }
  const saved = next();
  const keys = next();
  const contents = readContents(bytes, at, keys, storages);
  return readStateDict(saved, async ({ key }) => contents.get(key) ?? absent(key), new MemoryBudget(bytes.length));
}

/** Keeps the first storage of each key, whose type says how long the elements are. */
function noted(value: unknown, storages: Map<string, StorageReference>): unknown {
  if (!(value instanceof TorchStorage)) return value;
  const { reference } = value;
  if (!storages.has(reference.key)) storages.set(reference.key, reference);
  return value;
}

function readContents(
  bytes: Uint8Array,
  start: number,
  keys: unknown,
  storages: ReadonlyMap<string, StorageReference>,
): Map<string, Uint8Array> {
  if (!Array.isArray(keys)) throw new FormatProblem(`expected a list of storage keys, got ${describePickled(keys)}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const contents = new Map<string, Uint8Array>();
  let at = start;
  for (const key of keys) {
    const storage = storages.get(key);
    if (storage === undefined) throw new FormatProblem(`it has a storage ${printableKey(key)} of unknown type`);
    if (at + COUNT_BYTES > bytes.length) throw truncated(key);
    const end = at + COUNT_BYTES + Number(view.getBigInt64(at, true)) * storage.type.itemBytes;
    if (end > bytes.length || end < at + COUNT_BYTES) throw truncated(key);
    contents.set(key, bytes.subarray(at + COUNT_BYTES, end));
    at = end;
  }
  if (at !== bytes.length) throw new FormatProblem(`${bytes.length - at} bytes follow its last storage`);
  return contents;
}

function truncated(key: unknown): FormatProblem {
  return new FormatProblem(`it is truncated: its storage ${printableKey(key)} ends beyond the file`);
}

function absent(key: string): never {
  throw new FormatProblem(`its storage ${printableKey(key)} is missing`);
}

function printableKey(key: unknown): string {
  return typeof key === "string" ? printableName(key) : describePickled(key);
}
