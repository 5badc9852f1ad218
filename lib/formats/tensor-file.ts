/** One tensor of a file, its data where the file's bytes lie. */
export interface NamedTensor {
  readonly name: string;
  /** As in safetensors: `F32`, `F64`, `I64`, `BF16`, … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly data: Uint8Array;
}

/** Tensors by name, and string metadata. */
export interface TensorFile {
  readonly tensors: readonly NamedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}
