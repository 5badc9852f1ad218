import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeScoreMap, MAX_SCORE_MAP_PIXELS, readScoreMap } from "../../../../lib/evaluate/score-maps/score-map-file";
import { caught } from "../../../support/caught";
import { temporaryFolder } from "../../../support/temporary-folder";

const folder = temporaryFolder();

interface MadeUpNpy {
  readonly version?: number;
  readonly descr?: string;
  readonly fortranOrder?: boolean;
  readonly shape?: string;
  /** The whole dict, instead. */
  readonly dict?: string;
  readonly values?: Uint8Array;
}

function npy({
  version = 1,
  descr = "'<f8'",
  fortranOrder = false,
  shape = "(1, 1)",
  dict,
  values,
}: MadeUpNpy): Buffer {
  const order = fortranOrder ? "True" : "False";
  const text = `${dict ?? `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`}\n`;
  const start = Buffer.alloc(version === 1 ? 10 : 12);
  start.write("\x93NUMPY", "latin1");
  start[6] = version;
  if (version === 1) start.writeUInt16LE(text.length, 8);
  else start.writeUInt32LE(text.length, 8);
  return Buffer.concat([start, Buffer.from(text, "latin1"), values ?? Buffer.alloc(8)]);
}

function floats(values: readonly number[], bytes: 4 | 8, isLittle: boolean): Buffer {
  const buffer = Buffer.alloc(values.length * bytes);
  values.forEach((value, at) => {
    if (bytes === 8) isLittle ? buffer.writeDoubleLE(value, at * 8) : buffer.writeDoubleBE(value, at * 8);
    else isLittle ? buffer.writeFloatLE(value, at * 4) : buffer.writeFloatBE(value, at * 4);
  });
  return buffer;
}

const refusal = async (bytes: Uint8Array) => {
  const error = await caught(() => decodeScoreMap(bytes, "maps/a.jpg.npy"));
  expect([error.name, error.code, error.details.path]).toEqual(["WsolError", "ERR_WSOL_SCORE_MAP", "maps/a.jpg.npy"]);
  expect(error.message.startsWith("cannot read the score map 'maps/a.jpg.npy': ")).toBe(true);
  return error.details.reason;
};

describe("decodeScoreMap", () => {
  const values = [0, 0.25, 0.5, 0.75, 1, 0.125];

  test.each([1, 2, 3])("reads version %i with either float type and byte order", (version) => {
    for (const [descr, bytes, isLittle] of [
      ["'<f8'", 8, true],
      ["'>f8'", 8, false],
      ["'<f4'", 4, true],
      ["'>f4'", 4, false],
    ] as const) {
      const file = npy({ version, descr, shape: "(2, 3)", values: floats(values, bytes, isLittle) });
      expect(decodeScoreMap(file, "a")).toEqual({
        data: bytes === 8 ? Float64Array.from(values) : Float32Array.from(values),
        width: 3,
        height: 2,
      });
    }
  });

  test("brings Fortran order into rows", () => {
    const file = npy({ fortranOrder: true, shape: "(2, 3)", values: floats([1, 4, 2, 5, 3, 6], 8, true) });
    expect([...decodeScoreMap(file, "a").data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("takes the keys in any order, with either quotes, and the L of Python 2", () => {
    const file = npy({ dict: `{"shape": (1L, 1L), "fortran_order": False,'descr':'<f8'}` });
    expect(decodeScoreMap(file, "a")).toEqual({ data: Float64Array.of(0), width: 1, height: 1 });
  });

  test("reads bytes that do not begin at a multiple of eight", () => {
    const file = npy({ values: floats([0.5], 8, true) });
    const shifted = Buffer.concat([Buffer.alloc(3), file]).subarray(3);
    expect([...decodeScoreMap(shifted, "a").data]).toEqual([0.5]);
  });

  test("rejects other types, with what it got", async () => {
    for (const descr of ["|u1", "<i8", "<f2", "<c16", "=f8", "f8", "<f16", "|O"]) {
      const reason = await refusal(npy({ descr: `'${descr}'` }));
      expect(reason).toBe(`expected the dtype float32 or float64 (<f4, >f4, <f8, >f8), got "${descr}"`);
    }
    expect(await refusal(npy({ descr: "[('a', '<f8')]" }))).toBe("its header has an unexpected value for 'descr'");
  });

  test("rejects other ranks than 2", async () => {
    expect(await refusal(npy({ shape: "()" }))).toBe("expected a 2-D array, got 0-D");
    expect(await refusal(npy({ shape: "(1,)" }))).toBe("expected a 2-D array, got 1-D");
    expect(await refusal(npy({ shape: "(1, 1, 1)" }))).toBe("expected a 2-D array, got 3-D");
    expect(await refusal(npy({ shape: `(${"1, ".repeat(100)})` }))).toBe("its shape has 100 dimensions");
  });

  test("rejects sizes that are empty, too large, or overflow", async () => {
    expect(await refusal(npy({ shape: "(0, 3)", values: Buffer.alloc(0) }))).toMatch("at least one pixel");
    expect(await refusal(npy({ shape: "(4097, 4096)" }))).toMatch(`at most ${MAX_SCORE_MAP_PIXELS} pixels`);
    expect(await refusal(npy({ shape: "(4294967296, 4294967296)" }))).toMatch("at most");
    expect(await refusal(npy({ shape: "(9007199254740993, 0)" }))).toMatch("at least one pixel");
    expect(await refusal(npy({ shape: `(1, ${"9".repeat(400)})` }))).toBe("its shape has a dimension of 400 digits");
    expect(await refusal(npy({ shape: "(-1, 3)" }))).toBe("its header has an unexpected value for 'shape'");
  });

  test("rejects an empty file, a foreign one, and another version", async () => {
    expect(await refusal(Buffer.alloc(0))).toBe("the file is empty");
    expect(await refusal(Buffer.from("P5 224 224 255 and so on"))).toBe("it is no .npy file");
    expect(await refusal(npy({ version: 4 }))).toBe("expected .npy version 1.0, 2.0 or 3.0, got 4.0");
  });

  test("rejects a file cut off at any byte, and trailing bytes", async () => {
    const file = npy({ shape: "(2, 3)", values: floats(values, 8, true) });
    for (let length = 1; length < file.length; length++) {
      expect(await refusal(file.subarray(0, length))).toMatch(/^it is (truncated|no \.npy file)|^it ends within/);
    }
    expect(await refusal(Buffer.concat([file, Buffer.alloc(1)]))).toBe(
      "it has trailing bytes: expected 48 bytes of values for its shape, got 49",
    );
  });

  test("rejects headers that are no dict of the three keys, and never evaluates them", async () => {
    const keys = "expected the keys descr, fortran_order and shape in its header, once each";
    const of = (dict: string) => refusal(npy({ dict }));
    expect(await of("garbage")).toBe("its header is no dict");
    expect(await of("{}")).toBe(keys);
    expect(await of("{'descr': '<f8', 'shape': (1, 1)}")).toBe(keys);
    expect(await of("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}")).toBe(keys);
    expect(await of("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), 'x': 1}")).toBe(keys);
    expect(await of("{'descr': '<f8' 'fortran_order': False, 'shape': (1, 1)}")).toBe("its header is no dict");
    expect(await of("{'descr': '<f8', 'fortran_order': 0, 'shape': (1, 1)}")).toMatch("value for 'fortran_order'");
    expect(await of("{'descr': __import__('os'), 'fortran_order': False, 'shape': (1, 1)}")).toMatch("for 'descr'");
    expect(await of("{'toString': 1}")).toBe(keys);
  });

  test("rejects a header that claims to be huge", async () => {
    const file = npy({ version: 2 });
    file.writeUInt32LE(0xffffffff, 8);
    expect(await refusal(file)).toBe("expected a header of at most 65535 bytes, got 4294967295");
  });
});

describe("readScoreMap", () => {
  test("names the file that is missing, or is a folder", async () => {
    mkdirSync(join(folder, "sub.npy"));
    const missing = await caught(() => readScoreMap(join(folder, "none.npy")));
    expect(missing.message).toBe(`cannot read the score map '${join(folder, "none.npy")}': there is no such file`);
    expect((await caught(() => readScoreMap(join(folder, "sub.npy")))).details.reason).toBe("it is no file");
  });

  test("refuses a file that is larger than any map before it reads it", async () => {
    const path = join(folder, "huge.npy");
    const most = MAX_SCORE_MAP_PIXELS * Float64Array.BYTES_PER_ELEMENT + 2 ** 16;
    writeFileSync(path, "");
    truncateSync(path, most + 1);
    const { details } = await caught(() => readScoreMap(path));
    expect(details.reason).toBe(`expected a file of at most ${most} bytes, got ${most + 1}`);
    expect(MAX_SCORE_MAP_PIXELS).toBe(4096 ** 2);
  });

  test("reads a file of one pixel", async () => {
    writeFileSync(join(folder, "one.npy"), npy({ values: floats([0.75], 8, true) }));
    expect(await readScoreMap(join(folder, "one.npy"))).toEqual({ data: Float64Array.of(0.75), width: 1, height: 1 });
  });
});
