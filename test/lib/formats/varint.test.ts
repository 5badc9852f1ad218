import { FormatProblem } from "../../../lib/formats/problem";
import { decodeVarints, encodeVarints } from "../../../lib/formats/varint";

const NUMBERS = Int32Array.of(0, 1, 127, 128, 300, 16383, 16384, 2 ** 31 - 1);
const BYTES = [0, 1, 127, 128, 1, 172, 2, 255, 127, 128, 128, 1, 255, 255, 255, 255, 7];

test("seven bits make a byte, the lowest first", () => {
  expect([...encodeVarints(NUMBERS)]).toEqual(BYTES);
  expect(decodeVarints(Uint8Array.from(BYTES), NUMBERS.length)).toEqual(NUMBERS);
});

test("no numbers are no bytes", () => {
  expect(encodeVarints(new Int32Array(0))).toEqual(new Uint8Array(0));
  expect(decodeVarints(new Uint8Array(0), 0)).toEqual(new Int32Array(0));
});

test.each([
  ["too few bytes", [1], 2, "expected 2 numbers, got 1 bytes"],
  ["bytes that end inside a number", [1, 128], 2, "expected 2 numbers, got 1"],
  ["bytes that are left", [1, 2], 1, "expected 1 numbers, got more"],
  ["a number that is too large", [255, 255, 255, 255, 8], 1, "expected numbers up to 2147483647, got 2415919103"],
  ["a number of too many bytes", [128, 128, 128, 128, 128, 128, 0], 1, "expected numbers up to 2147483647, got 0"],
])("rejects %s", (_, bytes, count, message) => {
  expect(() => decodeVarints(Uint8Array.from(bytes), count)).toThrow(new FormatProblem(message));
});
