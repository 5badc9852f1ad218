import type { NamedTensor } from "../formats/tensor-file";

/** Where a dtype keeps its exponent: all ones in it means NaN or infinite. */
interface ExponentBits {
  /** Reads the tensor's bytes as the words that hold the exponents. */
  readonly words: (data: Uint8Array) => Uint16Array | Uint32Array;
  readonly mask: number;
  /** Of each element's words, the last has the exponent: little endian. */
  readonly wordsPerElement: number;
}

const FLOATS: Readonly<Record<string, ExponentBits>> = {
  F64: { words: wordsOf32, mask: 0x7ff00000, wordsPerElement: 2 },
  F32: { words: wordsOf32, mask: 0x7f800000, wordsPerElement: 1 },
  F16: { words: wordsOf16, mask: 0x7c00, wordsPerElement: 1 },
  BF16: { words: wordsOf16, mask: 0x7f80, wordsPerElement: 1 },
};

/** The name of the first tensor that holds NaN or an infinite value; null if none does. Whole numbers always pass. */
export function firstNonFinite(tensors: readonly NamedTensor[]): string | null {
  return (
    tensors.find(({ dtype, data }) => FLOATS[dtype] !== undefined && !isAllFinite(data, FLOATS[dtype]))?.name ?? null
  );
}

function isAllFinite(data: Uint8Array, { words: wordsOf, mask, wordsPerElement }: ExponentBits): boolean {
  const words = wordsOf(data);
  for (let at = wordsPerElement - 1; at < words.length; at += wordsPerElement) {
    if ((words[at]! & mask) === mask) return false;
  }
  return true;
}

function wordsOf32(data: Uint8Array): Uint32Array {
  const { buffer, byteOffset, byteLength } = aligned(data, Uint32Array.BYTES_PER_ELEMENT);
  return new Uint32Array(buffer, byteOffset, byteLength / Uint32Array.BYTES_PER_ELEMENT);
}

function wordsOf16(data: Uint8Array): Uint16Array {
  const { buffer, byteOffset, byteLength } = aligned(data, Uint16Array.BYTES_PER_ELEMENT);
  return new Uint16Array(buffer, byteOffset, byteLength / Uint16Array.BYTES_PER_ELEMENT);
}

/** In a file of another writer a tensor may begin anywhere. */
function aligned(data: Uint8Array, bytes: number): Uint8Array {
  return data.byteOffset % bytes === 0 ? data : new Uint8Array(data);
}
