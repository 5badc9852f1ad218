/** Elements of a storage: the safetensors name of their dtype, null where there is none, and their bytes. */
export interface StorageType {
  readonly dtype: string | null;
  readonly itemBytes: number;
}

/** PyTorch's typed storages by class name. */
export const STORAGE_TYPES: ReadonlyMap<string, StorageType> = new Map([
  ["FloatStorage", { dtype: "F32", itemBytes: 4 }],
  ["DoubleStorage", { dtype: "F64", itemBytes: 8 }],
  ["HalfStorage", { dtype: "F16", itemBytes: 2 }],
  ["BFloat16Storage", { dtype: "BF16", itemBytes: 2 }],
  ["LongStorage", { dtype: "I64", itemBytes: 8 }],
  ["IntStorage", { dtype: "I32", itemBytes: 4 }],
  ["ShortStorage", { dtype: "I16", itemBytes: 2 }],
  ["CharStorage", { dtype: "I8", itemBytes: 1 }],
  ["ByteStorage", { dtype: "U8", itemBytes: 1 }],
  ["BoolStorage", { dtype: "BOOL", itemBytes: 1 }],
  ["ComplexFloatStorage", { dtype: null, itemBytes: 8 }],
  ["ComplexDoubleStorage", { dtype: null, itemBytes: 16 }],
  ["QInt8Storage", { dtype: null, itemBytes: 1 }],
  ["QUInt8Storage", { dtype: null, itemBytes: 1 }],
  ["QInt32Storage", { dtype: null, itemBytes: 4 }],
  ["QUInt4x2Storage", { dtype: null, itemBytes: 1 }],
  ["QUInt2x4Storage", { dtype: null, itemBytes: 1 }],
]);

/** The storage class that is written for a dtype. */
export const STORAGE_OF_DTYPE: ReadonlyMap<string, string> = new Map(
  [...STORAGE_TYPES].flatMap(([name, { dtype }]) => (dtype === null ? [] : [[dtype, name] as const])),
);

/** PyTorch's dtypes by their names in the module `torch`; newer ones have no typed storage. */
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
