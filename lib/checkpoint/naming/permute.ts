import type { NamedTensor } from "../../formats/tensor-file";

/** The tensor with its axes in another order: axis `i` of the result is axis `axes[i]` of what is given. F32 only. */
export function transpose(tensor: NamedTensor, axes: readonly number[]): NamedTensor {
  const { shape } = tensor;
  const from = floatsOf(tensor);
  const strides = stridesOf(shape);
  const [sides, steps] = [axes.map((axis) => shape[axis]!), axes.map((axis) => strides[axis]!)];
  const to = new Float32Array(from.length);
  const position = sides.map(() => 0);
  for (let at = 0, source = 0; at < to.length; at++) {
    to[at] = from[source]!;
    for (let axis = sides.length - 1; axis >= 0; axis--) {
      source += steps[axis]!;
      if (++position[axis]! < sides[axis]!) break;
      source -= sides[axis]! * steps[axis]!;
      position[axis] = 0;
    }
  }
  return { ...tensor, shape: sides, data: bytesOf(to) };
}

/** The tensor with an axis the other way round. F32 only. */
export function reverseAxis(tensor: NamedTensor, axis: number): NamedTensor {
  const from = floatsOf(tensor);
  const [side = 1, stride = 1] = [tensor.shape[axis], stridesOf(tensor.shape)[axis]];
  const to = Float32Array.from(from, (_, at) => {
    const index = Math.floor(at / stride) % side;
    return from[at + (side - 1 - 2 * index) * stride]!;
  });
  return { ...tensor, data: bytesOf(to) };
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
}

function floatsOf({ data }: NamedTensor): Float32Array {
  const isAligned = data.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset, byteLength } = isAligned ? data : new Uint8Array(data);
  return new Float32Array(buffer, byteOffset, byteLength / Float32Array.BYTES_PER_ELEMENT);
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
