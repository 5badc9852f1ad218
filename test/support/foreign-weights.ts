import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NamedTensor } from "../../lib/formats/tensor-file";

interface Expected {
  readonly logits: readonly (readonly number[])[];
  /** By name, in the order of the state dict. */
  readonly tensors: Readonly<Record<string, readonly number[]>>;
}

export type Pixels = readonly [number, number, number];

/** What scripts/fixtures/make-weights-fixtures.py wrote. */
export const FOREIGN_WEIGHTS = JSON.parse(
  readFileSync(join(__dirname, "../lib/checkpoint/fixtures/foreign-weights.json"), "utf8"),
) as {
  readonly classes: number;
  readonly networks: Readonly<
    Record<string, Expected & { mean: Pixels; std: Pixels; logits_of_halves: Expected["logits"] }>
  >;
  readonly tensorpack: Readonly<Record<string, Expected>>;
};

/** Numbers in [0, 1) that follow from a tensor's name: the rule of the golden numbers. */
function rule(name: string, count: number): Float64Array {
  let hash = 2166136261;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  const start = hash / 2 ** 32;
  const values = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const x = start + (index + 1) * 0.6180339887498949;
    values[index] = x - Math.floor(x);
  }
  return values;
}

const product = (sides: readonly number[]) => sides.reduce((a, b) => a * b, 1);
const floats = (values: Float64Array) => new Uint8Array(new Float32Array(values).buffer);

/** A tensor of torchvision's and timm's networks, filled by the rule. */
export function filledTensor(name: string, shape: readonly number[]): NamedTensor {
  if (name.endsWith("num_batches_tracked")) return { name, dtype: "I64", shape, data: new Uint8Array(8) };
  const x = rule(name, product(shape));
  const isAroundOne = shape.length < 2 && /(running_var|weight)$/.test(name);
  const width = shape.length < 2 ? 0.2 : Math.sqrt(24 / product(shape.slice(1)));
  return { name, dtype: "F32", shape, data: floats(isAroundOne ? shifted(x) : centred(x, width)) };
}

/** A variable of tensorpack's networks, filled by the rule. */
export function filledVariable(name: string, shape: readonly number[]): NamedTensor {
  const x = rule(name, product(shape));
  const isAroundOne = /(gamma|variance\/EMA)$/.test(name);
  const width = name.endsWith("/W") ? Math.sqrt(24 / product(shape.slice(0, -1))) : 0.2;
  return { name, dtype: "F32", shape, data: floats(isAroundOne ? shifted(x) : centred(x, width)) };
}

const shifted = (x: Float64Array) => x.map((value) => value + 0.5);
const centred = (x: Float64Array, width: number) => x.map((value) => (value - 0.5) * width);

/** The tensor in half precision, rounded to nearest even, for values that are normal halves or vanish. */
export function toHalf(tensor: NamedTensor): NamedTensor {
  if (tensor.dtype !== "F32") return tensor;
  const bits = new Uint32Array(tensor.data.slice().buffer);
  const values = new Float32Array(bits.buffer);
  const halves = new Uint16Array(bits.length);
  for (let at = 0; at < bits.length; at++) {
    const word = bits[at]!;
    const exponent = ((word >>> 23) & 0xff) - 127 + 15;
    // Below the normal ones, every half is a multiple of 2^-24.
    const magnitude = exponent < 1 ? Math.abs(values[at]!) * 2 ** 24 : ((exponent << 23) | (word & 0x7fffff)) / 2 ** 13;
    halves[at] = ((word >>> 16) & 0x8000) | roundToEven(magnitude);
  }
  return { ...tensor, dtype: "F16", data: new Uint8Array(halves.buffer) };
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** A `.npy` file of a tensor of floats. */
export function npyOf({ shape, data }: NamedTensor): Uint8Array {
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.map((side) => `${side}, `).join("")}), }`;
  const header = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${dict.padEnd(117)}\n`, "latin1");
  header.writeUInt16LE(header.length - 10, 8);
  return Buffer.concat([header, data]);
}

/** The largest difference over the range of what is expected. */
export function differenceOverRange(actual: ArrayLike<number>, expected: readonly (readonly number[])[]): number {
  const flat = expected.flat();
  expect(actual.length).toBe(flat.length);
  const range = Math.max(...flat) - Math.min(...flat);
  return Math.max(...flat.map((value, at) => Math.abs(actual[at]! - value))) / range;
}
