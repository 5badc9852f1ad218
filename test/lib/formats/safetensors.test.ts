import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FormatProblem } from "../../../lib/formats/problem";
import { decodeSafetensors, encodeSafetensors, writeSafetensors } from "../../../lib/formats/safetensors";
import type { TensorFile } from "../../../lib/formats/tensor-file";
import { readTensors } from "../../../lib/formats/tensors";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

const FILE: TensorFile = {
  tensors: [
    { name: "conv1.weight", dtype: "F32", shape: [1, 2], data: new Uint8Array(Float32Array.of(1.5, -2).buffer) },
    { name: "bn1.num_batches_tracked", dtype: "I64", shape: [], data: new Uint8Array(BigInt64Array.of(7n).buffer) },
    { name: "empty", dtype: "F64", shape: [0, 3], data: new Uint8Array(0) },
    { name: "0", dtype: "BF16", shape: [1], data: Uint8Array.of(1, 2) },
  ],
  metadata: { format: "pt", note: "grüße" },
};

const bytesOf = (file: TensorFile): Uint8Array => Buffer.concat(encodeSafetensors(file));
const sorted = ({ tensors, metadata }: TensorFile) => ({
  metadata,
  tensors: tensors
    .map(({ data, ...rest }) => ({ ...rest, data: [...data] }))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
});

/** A file with any header, for what the writer never writes. */
function fileWith(header: unknown, dataBytes: number): Uint8Array {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

const f32 = (begin: number, end: number, shape: unknown = [(end - begin) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

describe("encodeSafetensors", () => {
  test("lays out length, JSON header and data as the format says", () => {
    const bytes = bytesOf({ tensors: FILE.tensors.slice(0, 1), metadata: {} });
    const header = '{"conv1.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(Buffer.from(bytes.subarray(0, 8)).readBigUInt64LE()).toBe(BigInt(padded.length));
    expect(Buffer.from(bytes.subarray(8, 8 + padded.length)).toString()).toBe(padded);
    expect(bytes.length).toBe(8 + padded.length + 8);
  });

  test("starts the data at a multiple of 8 bytes, also with non-ASCII text in the header", () => {
    const [length, header] = encodeSafetensors(FILE) as [Uint8Array, Uint8Array];
    expect((length.byteLength + header.byteLength) % 8).toBe(0);
  });

  test("keeps a tensor called __proto__", () => {
    const tensors = [{ name: "__proto__", dtype: "U8", shape: [1], data: Uint8Array.of(5) }];
    expect(sorted(decodeSafetensors(bytesOf({ tensors, metadata: {} }))).tensors).toEqual(
      sorted({ tensors, metadata: {} }).tensors,
    );
  });
});

describe("decodeSafetensors", () => {
  test("gives back what was encoded", () => {
    expect(sorted(decodeSafetensors(bytesOf(FILE)))).toEqual(sorted(FILE));
  });

  test("reads from the middle of a larger buffer", () => {
    const bytes = bytesOf(FILE);
    const larger = new Uint8Array(bytes.length + 20).fill(0xff);
    larger.set(bytes, 11);
    expect(sorted(decodeSafetensors(larger.subarray(11, 11 + bytes.length)))).toEqual(sorted(FILE));
  });

  test("reads tensors in any order of the header", () => {
    const { tensors } = decodeSafetensors(fileWith({ late: f32(4, 12), early: f32(0, 4) }, 12));
    expect(tensors.map(({ name, data }) => [name, data.byteLength])).toEqual([
      ["late", 8],
      ["early", 4],
    ]);
  });

  test("an empty header is a file without tensors", () => {
    expect(decodeSafetensors(fileWith({}, 0))).toEqual({ tensors: [], metadata: {} });
  });

  const hugeLength = Buffer.from("ffffffffffffffff", "hex");
  test.each<[string, Uint8Array, string]>([
    ["no bytes", new Uint8Array(0), "0 bytes are too few"],
    ["seven bytes", new Uint8Array(7), "7 bytes are too few"],
    [
      "a header length beyond any file",
      Buffer.concat([hugeLength, Buffer.alloc(20)]),
      "first 8 bytes are no header length",
    ],
    ["a zip archive", Buffer.from("PK\x03\x04\x14\x00\x00\x00 and so on"), "no safetensors file"],
    ["a cut in the header", bytesOf(FILE).subarray(0, 30), "it is truncated inside the header"],
    ["a cut in the data", bytesOf(FILE).subarray(0, -1), "ends beyond the file"],
    ["bytes at the end", Buffer.concat([bytesOf(FILE), Buffer.alloc(3)]), "3 bytes follow its last tensor"],
    ["a header that is no JSON", fileWith("{", 0), "its header is not JSON"],
    ["a header that is no UTF-8", fileWith({}, 0).fill(0xff, 8), "its header is not JSON"],
    ["an empty header", fileWith("", 0), "its header is not JSON"],
    ["a header that is a list", fileWith([], 0), "its header is no object"],
    ["a header that is null", fileWith(null, 0), "its header is no object"],
    ["an overlap", fileWith({ a: f32(0, 8), b: f32(4, 12) }, 12), "'b' overlaps another or leaves a gap"],
    ["the same bytes twice", fileWith({ a: f32(0, 4), b: f32(0, 4) }, 4), "'b' overlaps another or leaves a gap"],
    ["a gap", fileWith({ a: f32(0, 4), b: f32(8, 12) }, 12), "'b' overlaps another or leaves a gap"],
    ["a gap at the start", fileWith({ a: f32(4, 8) }, 8), "'a' overlaps another or leaves a gap"],
    ["an entry that is null", fileWith({ a: null }, 0), "tensor 'a' has an unknown dtype"],
    ["an entry that is a text", fileWith({ a: "x" }, 0), "tensor 'a' has an unknown dtype"],
    ["an unknown dtype", fileWith({ a: { ...f32(0, 4), dtype: "F33" } }, 4), "tensor 'a' has an unknown dtype"],
    ["a dtype that objects inherit", fileWith({ a: { ...f32(0, 4), dtype: "toString" } }, 4), "unknown dtype"],
    ["no shape", fileWith({ a: { dtype: "F32", data_offsets: [0, 4] } }, 4), "tensor 'a' has no valid shape"],
    ["a negative side", fileWith({ a: f32(0, 4, [-1, -1]) }, 4), "tensor 'a' has no valid shape"],
    ["half a side", fileWith({ a: f32(0, 4, [0.5, 2]) }, 4), "tensor 'a' has no valid shape"],
    ["a side that is a text", fileWith({ a: f32(0, 4, ["1"]) }, 4), "tensor 'a' has no valid shape"],
    ["a side beyond exact integers", fileWith({ a: f32(0, 4, [2 ** 53]) }, 4), "tensor 'a' has no valid shape"],
    ["sides whose product overflows", fileWith({ a: f32(0, 4, [2 ** 52, 2 ** 52]) }, 4), "tensor 'a' has 4 bytes"],
    ["a shape of other bytes", fileWith({ a: f32(0, 4, [2]) }, 4), "tensor 'a' has 4 bytes, its shape needs 8"],
    ["one offset", fileWith({ a: { ...f32(0, 4), data_offsets: [0] } }, 4), "tensor 'a' has no valid data_offsets"],
    ["offsets the wrong way round", fileWith({ a: { ...f32(0, 4), data_offsets: [4, 0] } }, 4), "ends beyond the file"],
    ["negative offsets", fileWith({ a: { ...f32(0, 4), data_offsets: [-4, 0] } }, 4), "no valid data_offsets"],
    [
      "offsets of 2^63",
      fileWith(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775808,9223372036854775812]}}`, 4),
      "no valid data_offsets",
    ],
    [
      "an end of 2^63",
      fileWith(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775808]}}`, 4),
      "no valid data_offsets",
    ],
    ["an end of 2^53 - 1", fileWith({ a: f32(0, 2 ** 53 - 1, [1]) }, 4), "ends beyond the file"],
    [
      "offsets of 1e400",
      fileWith(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e400]}}`, 4),
      "no valid data_offsets",
    ],
    [
      "an overlap of empty tensors with others",
      fileWith({ a: f32(0, 8), b: f32(4, 4, [0]) }, 8),
      "'b' overlaps another or leaves a gap",
    ],
    ["one inside another", fileWith({ a: f32(0, 12), b: f32(4, 8) }, 12), "'b' overlaps another or leaves a gap"],
    [
      "a header of nested lists",
      fileWith("[".repeat(1_000_000), 0),
      "its header cannot be read: it is nested too deep",
    ],
    ["a header of five million empty lists", fileWith(`[${"[],".repeat(5_000_000)}0]`, 0), "more than 4194304 values"],
    [
      "a name of brackets, which is no nesting, with a wrong shape",
      fileWith({ "[[[[[[": { dtype: "F32", shape: [-1], data_offsets: [0, 4] } }, 4),
      "has no valid shape",
    ],
    ["metadata of numbers", fileWith({ __metadata__: { a: 1 } }, 0), "__metadata__ holds something else than strings"],
    ["metadata that is a list", fileWith({ __metadata__: ["a"] }, 0), "__metadata__ holds something else"],
    ["metadata that is null", fileWith({ __metadata__: null }, 0), "__metadata__ holds something else"],
  ])("rejects %s", async (_, bytes, words) => {
    const error = await caught(() => decodeSafetensors(bytes));
    expect(error).toBeInstanceOf(FormatProblem);
    expect(error.message).toContain("it is no safetensors file: ");
    expect(error.message).toContain(words);
  });

  test("rejects a header of more than 100 MB before it is parsed", async () => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(100_000_001n);
    const error = await caught(() => decodeSafetensors(Buffer.concat([length, Buffer.alloc(100)])));
    expect(error.message).toContain("its first 8 bytes are no header length");
  });

  test("any damage is either harmless or a problem of the format", () => {
    const whole = bytesOf(FILE);
    const random = xorshift(20231106);
    let refused = 0;
    for (let trial = 0; trial < 20_000; trial++) {
      let bytes = Uint8Array.from(whole);
      for (let edits = 1 + (random() % 3); edits > 0; edits--) bytes = mutate(bytes, random);
      try {
        for (const { dtype, shape, data } of decodeSafetensors(bytes).tensors) {
          expect(shape.reduce((a, b) => a * b, bytesPerElement(dtype))).toBe(data.byteLength);
        }
      } catch (error) {
        if (!(error instanceof FormatProblem)) throw error;
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(10_000);
  });
});

describe("readTensors and writeSafetensors", () => {
  test("go through a file", async () => {
    const path = join(folder, "file.safetensors");
    await writeSafetensors(path, FILE);
    expect(readFileSync(path).equals(bytesOf(FILE))).toBe(true);
    expect(sorted(await readTensors(path))).toEqual(sorted(FILE));
  });

  test("refuse a missing file, a folder and a text file", async () => {
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "notes.txt"), "these are not weights, whatever the name says\n");
    const reasons: Record<string, string> = {
      absent: "no such file",
      sub: "EISDIR",
      "notes.txt": "no safetensors file",
    };
    for (const [name, reason] of Object.entries(reasons)) {
      const error = await caught(() => readTensors(join(folder, name)));
      expect(error).toBeInstanceOf(FormatProblem);
      expect(error.message).toContain(reason);
    }
  });
});

function bytesPerElement(dtype: string): number {
  return { BOOL: 1, BF16: 2 }[dtype] ?? Number(dtype.slice(1)) / 8;
}

function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** One byte changed, a cut, a doubled stretch, or a digit of the header replaced. */
function mutate(bytes: Uint8Array, random: () => number): Uint8Array<ArrayBuffer> {
  const at = bytes.length === 0 ? 0 : random() % bytes.length;
  const kind = random() % 4;
  if (kind === 0) return Uint8Array.from(bytes.subarray(0, at));
  if (kind === 1) return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(Math.max(0, at - 9))]);
  const changed = Uint8Array.from(bytes);
  if (bytes.length === 0) return changed;
  changed[at] = random() & 0xff;
  if (kind === 3) {
    const digits = [...changed.keys()].filter((i) => changed[i]! >= 48 && changed[i]! <= 57);
    if (digits.length > 0) changed[digits[random() % digits.length]!] = 48 + (random() % 10);
  }
  return changed;
}
