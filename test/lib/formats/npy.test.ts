import { decodeNpy, encodeNpy } from "../../../lib/formats/npy";
import { FormatProblem } from "../../../lib/formats/problem";
import { caught } from "../../support/caught";

describe("encodeNpy", () => {
  test("is read back, with its values at a multiple of 64 bytes as NumPy lays them", () => {
    const data = Float64Array.from({ length: 12 }, (_, at) => at / 12);
    const bytes = encodeNpy(data, [4, 3]);
    expect(bytes.length - data.byteLength).toBe(128);
    expect(Buffer.from(bytes.subarray(10, 128)).toString()).toBe(
      `${"{'descr': '<f8', 'fortran_order': False, 'shape': (4, 3), }".padEnd(117)}\n`,
    );
    expect(decodeNpy(bytes)).toEqual({ data, shape: [4, 3] });
  });

  test("rejects values that are not as many as the shape says", async () => {
    const error = await caught(() => encodeNpy(new Float64Array(5), [2, 3]));
    expect(error.message).toBe("expected 6 values for the shape (2, 3) for 'data', got Float64Array of 40 bytes");
  });
});

describe("decodeNpy", () => {
  test("brings three axes of Fortran order into rows", () => {
    // Value 100 i + 10 j + k at [i, j, k] of a (2, 3, 2) array, the first axis fastest.
    const fortran: number[] = [];
    const rows: number[] = [];
    for (let k = 0; k < 2; k++)
      for (let j = 0; j < 3; j++) for (let i = 0; i < 2; i++) fortran.push(100 * i + 10 * j + k);
    for (let i = 0; i < 2; i++) for (let j = 0; j < 3; j++) for (let k = 0; k < 2; k++) rows.push(100 * i + 10 * j + k);
    const file = Buffer.from(encodeNpy(Float64Array.from(fortran), [2, 3, 2]));
    file.write("True ", file.indexOf("False"));
    expect(decodeNpy(file)).toEqual({ data: Float64Array.from(rows), shape: [2, 3, 2] });
  });

  test("reads a scalar, and an array without values", () => {
    expect(decodeNpy(encodeNpy(Float64Array.of(7), []))).toEqual({ data: Float64Array.of(7), shape: [] });
    expect(decodeNpy(encodeNpy(new Float64Array(0), [0, 3]))).toEqual({ data: new Float64Array(0), shape: [0, 3] });
  });

  test("asks about the shape before it takes memory", async () => {
    const refused = await caught(() =>
      decodeNpy(encodeNpy(new Float64Array(6), [2, 3]), (shape) => {
        throw new FormatProblem(`not ${shape.join("x")}`);
      }),
    );
    expect(refused.message).toBe("not 2x3");
  });
});
