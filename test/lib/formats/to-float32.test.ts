import type { NamedTensor } from "../../../lib/formats/tensor-file";
import { toFloat32 } from "../../../lib/formats/to-float32";

const tensor = (dtype: string, data: ArrayBufferView, shift = 0): NamedTensor => {
  const bytes = new Uint8Array(data.byteLength + shift);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), shift);
  return { name: "a", dtype, shape: [data.byteLength], data: bytes.subarray(shift) };
};
const values = ({ data }: NamedTensor) => new Float32Array(Uint8Array.from(data).buffer);

test.each([0, 1, 2])("F16 is exact: ones, subnormals, the largest, infinite and NaN, %d bytes into memory", (shift) => {
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x03ff, 0x0400, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x8000, 0x3555);
  const converted = toFloat32(tensor("F16", halves, shift));
  expect(converted).toMatchObject({ name: "a", dtype: "F32" });
  expect([...values(converted)]).toEqual([
    ...[1, -2, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 65504],
    ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, -0, 0.333251953125],
  ]);
});

test("every F16 is the number that the definition says", () => {
  const halves = Uint16Array.from({ length: 2 ** 16 }, (_, half) => half);
  const found = values(toFloat32(tensor("F16", halves)));
  for (let half = 0; half < halves.length; half++) {
    const [exponent, mantissa] = [(half >> 10) & 31, half & 1023];
    const size = exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15);
    const special = mantissa === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
    const expected = (half >= 0x8000 ? -1 : 1) * (exponent === 31 ? special : size);
    if (!Object.is(found[half], expected)) throw new Error(`${half}: expected ${expected}, got ${found[half]}`);
  }
});

test.each([0, 1, 2])("BF16 is the upper half of F32, %d bytes into memory", (shift) => {
  const bits = Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x7f80, 0x7fc0, 0x8000);
  const expected = [1, -2, 2 ** -133, Number.POSITIVE_INFINITY, Number.NaN, -0];
  expect([...values(toFloat32(tensor("BF16", bits, shift)))]).toEqual(expected);
});

test.each([0, 1, 4])("F64 is rounded to nearest, to infinite beyond the range, %d bytes into memory", (shift) => {
  const converted = toFloat32(tensor("F64", Float64Array.of(0.1, 1e300, -1e-300, 2 ** 24 + 1), shift));
  expect([...values(converted)]).toEqual([Math.fround(0.1), Number.POSITIVE_INFINITY, -0, 2 ** 24]);
});

test.each(["F32", "I64", "U8", "BOOL", "toString"])("%s is returned as it is", (dtype) => {
  const given = tensor(dtype, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  expect(toFloat32(given)).toBe(given);
});

test("no elements are no elements", () => {
  for (const dtype of ["F16", "BF16", "F64"]) expect(toFloat32(tensor(dtype, new Uint8Array(0))).data).toHaveLength(0);
});
