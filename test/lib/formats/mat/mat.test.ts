import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { readMat } from "../../../../lib/formats/mat/mat";
import { FormatProblem } from "../../../../lib/formats/problem";
import { caught } from "../../../support/caught";
import { madeUpMat, matElement, matMatrix, matOf } from "../../../support/made-up-mat";

const fixture = (name: string) => readFileSync(join(__dirname, "fixtures", name));
const refusal = async (bytes: Uint8Array, name = "a") => {
  const error: unknown = await caught(() => readMat(bytes, [name]));
  expect(error).toBeInstanceOf(FormatProblem);
  return (error as Error).message;
};
const A = { name: "a", shape: [1, 3], values: [1, 2, 3] } as const;

describe("readMat", () => {
  test.each(["plain", "compressed"])("reads what SciPy writes, %s, of every number type", (ending) => {
    const expected = JSON.parse(fixture("numbers.json").toString()) as Record<
      string,
      { shape: number[]; data: number[] }
    >;
    const found = readMat(fixture(`numbers-${ending}.mat`), Object.keys(expected));
    for (const [name, { shape, data }] of Object.entries(expected)) {
      expect([name, found[name]!.shape, [...found[name]!.data]]).toEqual([name, shape, data]);
    }
  });

  test.each([true, false])("reads values in the type they were shrunk to (little-endian: %s)", (isLittle) => {
    const stored = ([1, 2, 3, 4, 5, 6, 7, 9] as const).map((storedAs) => ({ ...A, name: `t${storedAs}`, storedAs }));
    const bytes = madeUpMat(
      [...stored, { ...A, name: "packed", isCompressed: true }, { ...A, name: "after" }],
      isLittle,
    );
    const names = [...stored.map(({ name }) => name), "packed", "after"];
    const found = readMat(bytes, names);
    for (const name of names) expect([...found[name]!.data]).toEqual([1, 2, 3]);
  });

  test("passes over what is not asked for, of whatever kind, and refuses it when it is", async () => {
    for (const ending of ["plain", "compressed"]) {
      const bytes = fixture(`others-${ending}.mat`);
      expect([...readMat(bytes, ["plain"]).plain.data]).toEqual([1, 2, 3]);
      expect(await refusal(bytes, "cell")).toBe("its 'cell' is a cell array, expected numbers");
      expect(await refusal(bytes, "struct")).toBe("its 'struct' is a structure, expected numbers");
      expect(await refusal(bytes, "text")).toBe("its 'text' is text, expected numbers");
      expect(await refusal(bytes, "sparse")).toBe("its 'sparse' is a sparse matrix, expected numbers");
      expect(await refusal(bytes, "complex")).toBe("its 'complex' is complex, expected real numbers");
    }
  });

  test("says which variables there are where one is missing, and refuses the same name twice", async () => {
    expect(await refusal(madeUpMat([{ ...A, name: "b" }]))).toBe("it has no variable 'a', but 'b'");
    expect(await refusal(madeUpMat([]))).toBe("it has no variable 'a'");
    expect(await refusal(madeUpMat([A, A]))).toBe("it has two variables 'a'");
  });

  test("rejects files of other versions and no MAT-files", async () => {
    expect(await refusal(Buffer.alloc(0))).toBe("the file is empty");
    expect(await refusal(Buffer.from("\x89HDF\r\n\x1a\n", "latin1"))).toMatch("version 7.3 (HDF5)");
    const newer = madeUpMat([A]);
    newer.writeUInt16LE(0x200, 124);
    expect(await refusal(newer)).toMatch("save it with '-v7'");
    newer.writeUInt16LE(0x300, 124);
    expect(await refusal(newer)).toBe("its version is 0x300, expected 0x100");
    expect(await refusal(Buffer.concat([fixture("version-4.mat"), Buffer.alloc(128)]))).toMatch("version 4, or none");
    expect(await refusal(Buffer.alloc(200, "x"))).toBe("it is no MAT-file of version 5");
    expect(await refusal(Buffer.from("PK"))).toBe("it is no MAT-file of version 5");
  });

  test("rejects a file cut anywhere within its variables", async () => {
    for (const bytes of [madeUpMat([A]), madeUpMat([{ ...A, isCompressed: true }])]) {
      for (let length = 129; length < bytes.length; length++) {
        expect(await refusal(bytes.subarray(0, length))).toMatch(/truncated|damaged/);
      }
    }
  });

  test("rejects claims that its bytes do not bear out, before memory is asked for", async () => {
    expect(await refusal(madeUpMat([{ ...A, shape: [1, 4] }]))).toBe("it has 3 bytes for 4 numbers of 1 bytes");
    expect(await refusal(madeUpMat([{ ...A, shape: [2 ** 31 - 1, 2 ** 31 - 1] }]))).toMatch("claims 46116860141324");
    expect(await refusal(madeUpMat([{ ...A, shape: [-1, 3] }]))).toBe("it has an array of the shape -1 x 3");
    expect(await refusal(madeUpMat([{ ...A, shape: [3] }]))).toBe("it has an array without dimensions");
    expect(await refusal(madeUpMat([{ ...A, shape: Array(33).fill(1) }]))).toBe("it has an array without dimensions");
    expect(await refusal(madeUpMat([{ ...A, flags: 99 }]))).toBe(
      "its 'a' is of the unknown class 99, expected numbers",
    );
    expect(await refusal(madeUpMat([{ ...A, name: "n".repeat(64) }]))).toBe("it has an array without a name");
    expect(await refusal(matOf([matElement(14, Buffer.alloc(8), true, 2 ** 32 - 1)]))).toBe("it is truncated");
    expect(await refusal(matOf([matElement(9, Buffer.alloc(8))]))).toBe("it has an unexpected element of type 9");
  });

  test("rejects numbers that no double holds, and unknown types", async () => {
    const head = matMatrix({ ...A, shape: [1, 1], values: [] }).subarray(0, -8);
    const withValues = (type: number, data: Buffer) =>
      matOf([matElement(14, Buffer.concat([head, matElement(type, data)]))]);
    const large = Buffer.alloc(8);
    large.writeBigInt64LE(2n ** 53n);
    expect(await refusal(withValues(12, large))).toBe("it has the number 9007199254740992, which no double holds");
    expect(await refusal(withValues(8, large))).toBe("it has numbers of the unknown type 8");
  });

  test("stops unpacking at 16 MiB, over all compressed variables together", async () => {
    const bomb = (megabytes: number) => matElement(15, deflateSync(Buffer.alloc(megabytes * 2 ** 20)));
    expect(await refusal(matOf([bomb(200)]))).toBe("it unpacks to more than 16777216 bytes");
    const head = matMatrix({ ...A, name: "b", shape: [1, 2 ** 22], values: [] }).subarray(0, -8);
    const values = matElement(2, Buffer.alloc(2 ** 22));
    const hidden = matElement(15, deflateSync(matElement(14, Buffer.concat([head, values])), { level: 1 }));
    expect(await refusal(matOf([hidden, hidden, hidden]))).toBe("it has no variable 'a', but 'b', 'b', 'b'");
    expect(await refusal(matOf([hidden, hidden, hidden, hidden]))).toBe("it unpacks to more than 16777216 bytes");
  });

  test("does not read a compressed element inside another", async () => {
    const inner = matElement(15, deflateSync(matElement(14, matMatrix(A))));
    expect(await refusal(matOf([matElement(15, deflateSync(inner))]))).toBe("it has an unexpected element of type 15");
  });
});
