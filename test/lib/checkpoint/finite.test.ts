import { firstNonFinite } from "../../../lib/checkpoint/finite";

const bytesOf = (array: Float32Array | Float64Array | Uint16Array) => new Uint8Array(array.buffer);
const tensor = (name: string, dtype: string, data: Uint8Array) => ({ name, dtype, shape: [], data });
const half = (...bits: number[]) => bytesOf(Uint16Array.from(bits));

describe("firstNonFinite", () => {
  test.each([
    ["F32", bytesOf(Float32Array.of(0, -0, 3.4e38, -3.4e38, 1e-45))],
    ["F64", bytesOf(Float64Array.of(0, -0, 1.7e308, -1.7e308, 5e-324))],
    ["F16", half(0, 0x7bff, 0xfbff, 1)],
    ["BF16", half(0, 0x7f7f, 0xff7f, 1)],
    ["I64", new Uint8Array(8).fill(255)],
    ["F32", new Uint8Array(0)],
  ])("passes finite values of %s, the largest and the smallest too", (dtype, data) => {
    expect(firstNonFinite([tensor("a", dtype, data)])).toBeNull();
  });

  test.each([
    ["F32", bytesOf(Float32Array.of(1, Number.NaN))],
    ["F32", bytesOf(Float32Array.of(Number.POSITIVE_INFINITY, 1))],
    ["F32", bytesOf(Float32Array.of(1, Number.NEGATIVE_INFINITY, 1))],
    ["F64", bytesOf(Float64Array.of(1, Number.NaN))],
    ["F64", bytesOf(Float64Array.of(Number.NEGATIVE_INFINITY, 1))],
    ["F16", half(1, 0x7c00)],
    ["F16", half(0xfe00, 1)],
    ["BF16", half(1, 0xff80)],
    ["BF16", half(0x7fc0, 1)],
  ])("names the tensor of %s that is not finite, case %#", (dtype, data) => {
    const finite = tensor("fine", "F32", bytesOf(Float32Array.of(1)));
    expect(firstNonFinite([finite, tensor("bad", dtype, data), tensor("worse", dtype, data)])).toBe("bad");
  });

  test("reads a tensor that begins at an odd byte", () => {
    const shifted = (value: number) => {
      const data = new Uint8Array(9).subarray(1);
      data.set(bytesOf(Float32Array.of(1, value)));
      return data;
    };
    expect(firstNonFinite([tensor("a", "F32", shifted(2))])).toBeNull();
    expect(firstNonFinite([tensor("a", "F32", shifted(Number.NaN))])).toBe("a");
  });
});
