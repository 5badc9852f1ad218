import { runInNewContext } from "node:vm";
import {
  describe as describeValue,
  ERROR_EXIT_CODES,
  exitCodeOf,
  invalidArgument,
  isWsolError,
  WsolError,
} from "../../lib/errors";

describe("WsolError", () => {
  test("carries code, message, details, fix and cause", () => {
    const cause = new Error("below");
    const error = new WsolError("ERR_WSOL_DATA", "wrong", { details: { line: 3 }, fix: "Mend it.", cause });
    expect(error).toMatchObject({
      name: "WsolError",
      code: "ERR_WSOL_DATA",
      details: { line: 3 },
      fix: "Mend it.",
      cause,
    });
    expect(error.stack).toContain("WsolError: wrong");
  });

  test("has empty details, no fix and no cause where none are given", () => {
    const error = new WsolError("ERR_WSOL_DATA", "wrong");
    expect(error.details).toEqual({});
    expect(error.fix).toBeUndefined();
    expect("cause" in error).toBe(false);
  });
});

describe("isWsolError", () => {
  test("accepts an error of another realm by its name", () => {
    const foreign = runInNewContext("Object.assign(new Error('x'), { name: 'WsolError', code: 'ERR_WSOL_BUSY' })");
    expect(isWsolError(foreign)).toBe(true);
    expect(isWsolError(foreign, "ERR_WSOL_BUSY")).toBe(true);
    expect(isWsolError(foreign, "ERR_WSOL_DATA")).toBe(false);
  });

  test.each([[null], [undefined], ["WsolError"], [new Error("x")], [{}], [7]])("refuses %p", (value) => {
    expect(isWsolError(value)).toBe(false);
  });
});

describe("exitCodeOf", () => {
  test.each([
    ["ERR_WSOL_NON_FINITE_LOSS", 1],
    ["ERR_WSOL_WRITE", 1],
    ["ERR_WSOL_CONFIG", 2],
    ["ERR_WSOL_USAGE", 2],
    ["ERR_WSOL_CHECKPOINT", 3],
    ["ERR_WSOL_RUN_FOLDER", 3],
    ["ERR_WSOL_DEVICE", 4],
    ["ERR_WSOL_OUT_OF_MEMORY", 4],
  ] as const)("gives %s the exit code %i", (code, exitCode) => {
    expect(exitCodeOf(new WsolError(code, "x"))).toBe(exitCode);
  });

  test("is 1 to 4 for every code of the table", () => {
    const codes = Object.values(ERROR_EXIT_CODES);
    expect(codes.length).toBeGreaterThan(15);
    expect(codes.every((code) => code >= 1 && code <= 4)).toBe(true);
  });

  test.each([[new Error("x")], ["text"], [undefined]])("is 1 for the foreign %p", (error) => {
    expect(exitCodeOf(error)).toBe(1);
  });

  test("is 1 for a WsolError of another version of the package, whose code the table lacks", () => {
    expect(exitCodeOf({ name: "WsolError", code: "ERR_WSOL_FROM_THE_FUTURE" })).toBe(1);
  });
});

describe("invalidArgument", () => {
  test("says what was expected, for which parameter, and what came", () => {
    const error = invalidArgument("topK", "a positive whole number", -1);
    expect(error.code).toBe("ERR_WSOL_ARGUMENT");
    expect(error.message).toBe("expected a positive whole number for 'topK', got -1");
    expect(error.details).toEqual({ parameter: "topK", expected: "a positive whole number" });
  });
});

describe("describe", () => {
  test.each([
    [undefined, "undefined"],
    [null, "null"],
    ["bird", '"bird"'],
    ["x".repeat(100), `"${"x".repeat(57)}..."`],
    ["line\nbreak", '"line\\nbreak"'],
    [Number.NaN, "NaN"],
    [12n, "12"],
    [[1, 2], "an array of 2"],
    [new Uint8Array(3), "Uint8Array of 3 bytes"],
    [() => 1, "a function"],
    [new Map(), "an Map"],
    [Object.create(null), "an object"],
  ])("renders %p", (value, text) => {
    expect(describeValue(value)).toBe(text);
  });
});
