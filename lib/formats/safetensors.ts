import { open } from "node:fs/promises";
import { writeFileAtomically } from "../files";
import { DTYPE_BYTES } from "./dtype-bytes";
import { checkJsonBounds } from "./json-bounds";
import { FormatProblem } from "./problem";
import type { TensorFile } from "./tensor-file";

// The limit of the format's own reference reader.
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;
/** An object of entries, which hold lists; some ten values for each tensor. */
const HEADER_BOUNDS = { depth: 3, values: 2 ** 22 };

/** Writes tensors to `path`, atomically. @throws ERR_WSOL_WRITE */
export async function writeSafetensors(path: string, file: TensorFile): Promise<void> {
  await writeFileAtomically(path, encodeSafetensors(file));
}

/** The parts of a safetensors file, in order: header length, header, data of each tensor. Copies no tensor. */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array[] {
  let offset = 0;
  const entries: [string, unknown][] = tensors.map(({ name, dtype, shape, data }) => {
    const begin = offset;
    offset += data.byteLength;
    return [name, { dtype, shape, data_offsets: [begin, offset] }];
  });
  if (Object.keys(metadata).length > 0) entries.unshift(["__metadata__", metadata]);
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, " ");
  json.copy(padded);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(padded.length));
  return [length, padded, ...tensors.map((tensor) => tensor.data)];
}

/**
 * Parses a safetensors file held in memory; the tensors' data are views into `bytes`. Every length and offset is checked
 * against the file, tensors must not overlap or leave gaps. @throws FormatProblem
 */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  if (bytes.byteLength < LENGTH_BYTES) refuse(`${bytes.byteLength} bytes are too few`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > MAX_HEADER_BYTES) refuse("its first 8 bytes are no header length");
  const dataStart = LENGTH_BYTES + headerLength;
  if (dataStart > bytes.byteLength) refuse("it is truncated inside the header");

  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));
  const dataBytes = bytes.byteLength - dataStart;
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  const placed = entries.map(([name, entry]) => ({ name, ...checkEntry(name, entry, dataBytes) }));
  checkLayout(placed, dataBytes);
  const tensors = placed.map(({ name, dtype, shape, begin, end }) => ({
    name,
    dtype,
    shape,
    data: bytes.subarray(dataStart + begin, dataStart + end),
  }));
  return { tensors, metadata: checkMetadata(header.__metadata__) };
}

/** The metadata of a file whose tensors are not looked at. @throws FormatProblem */
export async function readSafetensorsMetadata(path: string): Promise<TensorFile["metadata"]> {
  const file = await open(path).catch((cause) => {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new FormatProblem(missing ? "no such file" : String(cause), { cause });
  });
  try {
    const length = Buffer.alloc(LENGTH_BYTES);
    if ((await file.read(length, 0, LENGTH_BYTES, 0)).bytesRead < LENGTH_BYTES) refuse("it is too short");
    const headerLength = Number(length.readBigUInt64LE());
    if (headerLength > MAX_HEADER_BYTES) refuse("its first 8 bytes are no header length");
    const header = Buffer.alloc(headerLength);
    const { bytesRead } = await file.read(header, 0, headerLength, LENGTH_BYTES);
    if (bytesRead < headerLength) refuse("it is truncated inside the header");
    return checkMetadata(parseHeader(header).__metadata__);
  } finally {
    await file.close();
  }
}

function refuse(reason: string): never {
  throw new FormatProblem(`it is no safetensors file: ${reason}`);
}

interface Placed {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    checkJsonBounds(bytes, HEADER_BOUNDS);
  } catch (cause) {
    if (!(cause instanceof FormatProblem)) throw cause;
    return refuse(`its header cannot be read: ${cause.message}`);
  }
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return refuse("its header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) return refuse("its header is no object");
  return header as Record<string, unknown>;
}

function checkEntry(name: string, entry: unknown, dataBytes: number): Placed {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const bytesPerElement = typeof dtype === "string" && Object.hasOwn(DTYPE_BYTES, dtype) ? DTYPE_BYTES[dtype]! : 0;
  if (bytesPerElement === 0) return refuse(`tensor '${name}' has an unknown dtype`);
  const isLength = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isLength)) return refuse(`tensor '${name}' has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isLength)) {
    return refuse(`tensor '${name}' has no valid data_offsets`);
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataBytes) return refuse(`it is truncated: tensor '${name}' ends beyond the file`);
  const expected = shape.reduce((product: number, side: number) => product * side, bytesPerElement);
  if (expected !== end - begin) return refuse(`tensor '${name}' has ${end - begin} bytes, its shape needs ${expected}`);
  return { dtype: dtype as string, shape, begin, end };
}

function checkLayout(placed: readonly (Placed & { name: string })[], dataBytes: number): void {
  let position = 0;
  for (const { name, begin, end } of [...placed].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== position) refuse(`tensor '${name}' overlaps another or leaves a gap`);
    position = end;
  }
  if (position !== dataBytes) refuse(`${dataBytes - position} bytes follow its last tensor`);
}

function checkMetadata(metadata: unknown): Record<string, string> {
  if (metadata === undefined) return {};
  const isStrings = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata);
  if (!isStrings || !Object.values(metadata as object).every((value) => typeof value === "string")) {
    return refuse("its __metadata__ holds something else than strings");
  }
  return metadata as Record<string, string>;
}
