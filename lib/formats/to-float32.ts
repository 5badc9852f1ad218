import type { NamedTensor } from "./tensor-file";

const CONVERSIONS: Readonly<Record<string, (data: Uint8Array) => Float32Array>> = {
  F16: fromFloat16,
  BF16: fromBfloat16,
  F64: fromFloat64,
};

/**
 * A tensor of floats in single precision. F16 and BF16 are exact; F64 is rounded to nearest, to infinite beyond the range.
 * F32 and whole numbers are returned as they are.
 */
export function toFloat32(tensor: NamedTensor): NamedTensor {
  if (!Object.hasOwn(CONVERSIONS, tensor.dtype)) return tensor;
  const { buffer, byteOffset, byteLength } = CONVERSIONS[tensor.dtype]!(tensor.data);
  return { ...tensor, dtype: "F32", data: new Uint8Array(buffer, byteOffset, byteLength) };
}

function fromFloat64(data: Uint8Array): Float32Array {
  const { buffer, byteOffset, byteLength } = aligned(data, 8);
  return new Float32Array(new Float64Array(buffer, byteOffset, byteLength / 8));
}

function fromBfloat16(data: Uint8Array): Float32Array {
  const halves = halvesOf(data);
  const bits = new Uint32Array(halves.length);
  for (let at = 0; at < halves.length; at++) bits[at] = halves[at]! << 16;
  return new Float32Array(bits.buffer);
}

function fromFloat16(data: Uint8Array): Float32Array {
  const halves = halvesOf(data);
  const bits = new Uint32Array(halves.length);
  const table = float16Bits();
  for (let at = 0; at < halves.length; at++) bits[at] = table[halves[at]!]!;
  return new Float32Array(bits.buffer);
}

let float16Table: Uint32Array | null = null;

/** The single-precision bits of each half: a sign, 5 bits of exponent with a bias of 15, 10 of mantissa (IEEE 754). */
function float16Bits(): Uint32Array {
  float16Table ??= Uint32Array.from({ length: 2 ** 16 }, (_, half) => {
    const sign = (half & 0x8000) * 2 ** 16;
    const exponent = (half >> 10) & 0x1f;
    const mantissa = half & 0x3ff;
    if (exponent === 0x1f) return sign + 0x7f800000 + mantissa * 2 ** 13;
    if (exponent > 0) return sign + (exponent + 127 - 15) * 2 ** 23 + mantissa * 2 ** 13;
    return sign + new Uint32Array(Float32Array.of(mantissa * 2 ** -24).buffer)[0]!;
  });
  return float16Table;
}

function halvesOf(data: Uint8Array): Uint16Array {
  const { buffer, byteOffset, byteLength } = aligned(data, 2);
  return new Uint16Array(buffer, byteOffset, byteLength / 2);
}

/** In a file of another writer a tensor may begin anywhere. */
function aligned(data: Uint8Array, bytes: number): Uint8Array {
  return data.byteOffset % bytes === 0 ? data : new Uint8Array(data);
}
