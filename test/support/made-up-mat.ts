import { deflateSync } from "node:zlib";

export interface MatVariable {
  readonly name: string;
  readonly shape: readonly number[];
  /** First axis fastest. */
  readonly values: readonly number[];
  /** As what the values are stored: element types of the format. @default 2, uint8 */
  readonly storedAs?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 9;
  /** The class and the flags. @default 6, double */
  readonly flags?: number;
  readonly isCompressed?: boolean;
}

const WRITERS = {
  1: [1, (view, at, value) => view.setInt8(at, value)],
  2: [1, (view, at, value) => view.setUint8(at, value)],
  3: [2, (view, at, value, isLittle) => view.setInt16(at, value, isLittle)],
  4: [2, (view, at, value, isLittle) => view.setUint16(at, value, isLittle)],
  5: [4, (view, at, value, isLittle) => view.setInt32(at, value, isLittle)],
  6: [4, (view, at, value, isLittle) => view.setUint32(at, value, isLittle)],
  7: [4, (view, at, value, isLittle) => view.setFloat32(at, value, isLittle)],
  9: [8, (view, at, value, isLittle) => view.setFloat64(at, value, isLittle)],
} as const satisfies Record<number, [number, (view: DataView, at: number, value: number, isLittle: boolean) => void]>;

/** Bytes of a MAT-file of version 5, for tests. */
export function madeUpMat(variables: readonly MatVariable[], isLittle = true): Buffer {
  return matOf(
    variables.map((variable) => {
      const matrix = matElement(14, matMatrix(variable, isLittle), isLittle);
      return variable.isCompressed ? matElement(15, deflateSync(matrix), isLittle) : matrix;
    }),
    isLittle,
  );
}

/** The header, and elements as they are. */
export function matOf(elements: readonly Uint8Array[], isLittle = true): Buffer {
  const header = Buffer.alloc(128, " ");
  header.write("MATLAB 5.0 MAT-file, made up");
  header.set(isLittle ? [0x00, 0x01] : [0x01, 0x00], 124);
  header.write(isLittle ? "IM" : "MI", 126);
  return Buffer.concat([header, ...elements]);
}

/** The content of a matrix element: flags, dimensions, name and values, the short ones in the small form. */
export function matMatrix({ name, shape, values, storedAs = 2, flags = 6 }: MatVariable, isLittle = true): Buffer {
  return Buffer.concat([
    matElement(6, numbers(6, [flags, 0], isLittle), isLittle),
    matElement(5, numbers(5, shape, isLittle), isLittle),
    matElement(1, Buffer.from(name), isLittle),
    matElement(storedAs, numbers(storedAs, values, isLittle), isLittle),
  ]);
}

/** A tag and its data, padded; `length` claims another one. */
export function matElement(type: number, data: Uint8Array, isLittle = true, length = data.length): Buffer {
  if (data.length >= 1 && data.length <= 4 && length === data.length && type !== 15) {
    const small = Buffer.alloc(8);
    new DataView(small.buffer, small.byteOffset).setUint32(0, (data.length << 16) | type, isLittle);
    small.set(data, 4);
    return small;
  }
  const tag = numbers(6, [type, length], isLittle);
  const padding = type === 15 ? 0 : (8 - (data.length % 8)) % 8;
  return Buffer.concat([tag, data, Buffer.alloc(padding)]);
}

function numbers(type: keyof typeof WRITERS, values: readonly number[], isLittle: boolean): Buffer {
  const [bytes, write] = WRITERS[type];
  const buffer = Buffer.alloc(values.length * bytes);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  for (const [index, value] of values.entries()) write(view, index * bytes, value, isLittle);
  return buffer;
}
