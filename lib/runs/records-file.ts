import { promisify } from "node:util";
import { constants, gunzip, gzip } from "node:zlib";
import type { SplitName } from "../data/split";
import { FormatProblem } from "../formats/problem";
import { decodeSafetensors, encodeSafetensors } from "../formats/safetensors";
import type { NamedTensor, TensorFile } from "../formats/tensor-file";
import { decodeVarints, encodeVarints } from "../formats/varint";
import { thresholdGrid } from "../metrics/threshold-grid";
import type { HitRecords, PixelRecords, RunRecords } from "./image-records";

/** Another number, another format: an older version then says so instead of misreading. */
const FORMAT = "1";
/** Bins above the grid: from its end to 1 is the grid's last, then [1, 2) and [2, 3]. */
const BINS_ABOVE_GRID = 2;
const MOST_STATES = 16;
/** Of `evaluation.step`. */
const SMALLEST_STEP = 1e-4;
/** Unpacked: a small file must not fill the memory. */
const LARGEST_FILE = 2 ** 31;

/** A gzip file, whose checksum finds every damage, of a safetensors file. `digest` names the evaluation. */
export async function encodeRecords(records: RunRecords, digest: string): Promise<Uint8Array> {
  const { split, step, valThreshold, ids, labels, labelOffsets, predicted, entropy, hits, pixels } = records;
  const tensors = [
    tensor("labels", "I32", labels),
    labelOffsets && tensor("labels.offsets", "I32", labelOffsets),
    predicted && tensor("predicted", "I32", predicted),
    entropy && tensor("entropy", "F64", entropy),
    hits && tensor("hits.offsets", "I32", hits.offsets),
    hits && tensor("hits.begins", "I32", hits.begins),
    hits && tensor("hits.states", "U8", hits.states),
    pixels && tensor("pixels.counts", "U8", encodeVarints(pixels.counts)),
  ];
  const metadata = {
    format: FORMAT,
    evaluation: digest,
    split,
    step: String(step),
    valThreshold: JSON.stringify(valThreshold),
    ids: JSON.stringify(ids),
  };
  // The widest elements first, so that each tensor lies at a multiple of its element's size.
  const present = tensors.filter((one) => one !== null).sort((a, b) => widthOf(b) - widthOf(a));
  const parts = encodeSafetensors({ tensors: present, metadata });
  return promisify(gzip)(Buffer.concat(parts), { level: constants.Z_BEST_SPEED });
}

/** @throws FormatProblem */
export async function decodeRecords(bytes: Uint8Array): Promise<{ records: RunRecords; digest: string }> {
  const file = decodeSafetensors(await unpacked(bytes));
  const { format, evaluation: digest = "", split = "", step = "", valThreshold = "", ids = "" } = file.metadata;
  if (format !== FORMAT) throw new FormatProblem(`expected records of format ${FORMAT}, got '${format ?? "none"}'`);
  // What follows allocates by the step.
  if (!(Number(step) >= SMALLEST_STEP && Number(step) <= 1)) {
    throw new FormatProblem(`expected a step from ${SMALLEST_STEP} to 1, got '${step}'`);
  }
  const images = parsed(ids);
  if (!Array.isArray(images) || !images.every((id) => typeof id === "string")) {
    throw new FormatProblem("its ids are no list of names");
  }
  const threshold = parsed(valThreshold);
  if (threshold !== null && typeof threshold !== "number") throw new FormatProblem("its threshold of val is no number");
  const labels = required(int32(file, "labels"), "labels");
  const records = {
    split: split as SplitName,
    step: Number(step),
    valThreshold: threshold,
    ids: images,
    labels,
    labelOffsets: int32(file, "labels.offsets"),
    predicted: int32(file, "predicted"),
    entropy: float64(file, "entropy"),
    hits: hitsOf(file),
    pixels: pixelsOf(file, labels.length, Number(step)),
  };
  check(records);
  return { records, digest };
}

async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: LARGEST_FILE });
  } catch (cause) {
    const isShort = (cause as NodeJS.ErrnoException).code === "Z_BUF_ERROR";
    throw new FormatProblem(isShort ? "it is cut short" : "it is damaged", { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatProblem("its metadata are not JSON", { cause });
  }
}

function hitsOf(file: TensorFile): HitRecords | null {
  const offsets = int32(file, "hits.offsets");
  if (offsets === null) return null;
  const begins = required(int32(file, "hits.begins"), "hits.begins");
  const states = required(find(file, "hits.states", "U8"), "hits.states").data;
  return { offsets, begins, states };
}

function pixelsOf(file: TensorFile, pairs: number, step: number): PixelRecords | null {
  const packed = find(file, "pixels.counts", "U8");
  if (packed === null) return null;
  const bins = thresholdGrid(step).length + BINS_ABOVE_GRID;
  return { bins, counts: decodeVarints(packed.data, pairs * 2 * bins) };
}

/** Records that pass make no sense only if they were made up. */
function check({ ids, labels, labelOffsets, predicted, entropy, hits, step }: RunRecords): void {
  const images = ids.length;
  const pairs = labels.length;
  const grid = thresholdGrid(step).length;
  const isPerImage = [predicted, entropy].every((list) => list === null || list.length === images);
  const isPerPair = hits === null || hits.offsets.length === pairs + 1;
  if (!isPerImage || !isPerPair || !arePairs(labelOffsets, images, pairs)) {
    throw new FormatProblem("its tensors are not of one number of images");
  }
  if (hits === null) return;
  const { offsets, begins, states } = hits;
  const isWhole = offsets[0] === 0 && offsets[pairs] === begins.length && begins.length === states.length;
  const isOrdered = (pair: number): boolean => {
    const own = begins.subarray(offsets[pair]!, offsets[pair + 1]!);
    return own[0] === 0 && own.every((begin, index) => index === 0 || (begin > own[index - 1]! && begin < grid));
  };
  if (!isWhole || !labels.every((_, pair) => isOrdered(pair)) || states.some((state) => state >= MOST_STATES)) {
    throw new FormatProblem("its hits are no states over the threshold grid");
  }
}

/** Whether the offsets give each image its pairs, at least one; without them each has one. */
function arePairs(offsets: Int32Array | null, images: number, pairs: number): boolean {
  if (offsets === null) return images === pairs;
  const isWhole = offsets.length === images + 1 && offsets[0] === 0 && offsets[images] === pairs;
  return isWhole && offsets.every((begin, image) => image === 0 || begin > offsets[image - 1]!);
}

function tensor(name: string, dtype: string, values: Int32Array | Float64Array | Uint8Array): NamedTensor {
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dtype, shape: [values.length], data };
}

function widthOf({ shape, data }: NamedTensor): number {
  return data.byteLength / Math.max(1, shape[0]!);
}

function find({ tensors }: TensorFile, name: string, dtype: string): NamedTensor | null {
  return tensors.find((one) => one.name === name && one.dtype === dtype) ?? null;
}

function int32(file: TensorFile, name: string): Int32Array | null {
  const found = find(file, name, "I32");
  return found && new Int32Array(copyOf(found));
}

function float64(file: TensorFile, name: string): Float64Array | null {
  const found = find(file, name, "F64");
  return found && new Float64Array(copyOf(found));
}

/** Where it lies, a tensor need not begin at a multiple of its element's size. */
function copyOf({ data }: NamedTensor): ArrayBuffer {
  return new Uint8Array(data).buffer;
}

function required<T>(value: T | null, name: string): T {
  if (value === null) throw new FormatProblem(`it has no tensor '${name}'`);
  return value;
}
