/** PyTorch's typed storages by class name, with the safetensors name of the dtype that they hold. */
export const STORAGE_DTYPES: ReadonlyMap<string, string> = new Map([
  ["FloatStorage", "F32"],
  ["DoubleStorage", "F64"],
  ["HalfStorage", "F16"],
  ["BFloat16Storage", "BF16"],
  ["LongStorage", "I64"],
  ["IntStorage", "I32"],
  ["ShortStorage", "I16"],
  ["CharStorage", "I8"],
  ["ByteStorage", "U8"],
  ["BoolStorage", "BOOL"],
]);

/** PyTorch's dtypes that have no typed storage of their own, and those that have, by their names in the module `torch`. */
export const TORCH_DTYPES: ReadonlyMap<string, string> = new Map([
  ["float32", "F32"],
  ["float64", "F64"],
  ["float16", "F16"],
  ["bfloat16", "BF16"],
  ["int64", "I64"],
  ["int32", "I32"],
  ["int16", "I16"],
  ["int8", "I8"],
  ["uint8", "U8"],
  ["uint16", "U16"],
  ["uint32", "U32"],
  ["uint64", "U64"],
  ["bool", "BOOL"],
]);

/** Strides of a row-major tensor, in elements. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, stride = 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= Math.max(shape[axis]!, 1);
  }
  return strides;
}
