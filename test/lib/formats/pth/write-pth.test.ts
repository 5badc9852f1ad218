import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FormatProblem } from "../../../../lib/formats/problem";
import { encodePth, writePth } from "../../../../lib/formats/pth/write-pth";
import type { NamedTensor } from "../../../../lib/formats/tensor-file";
import { readTensors } from "../../../../lib/formats/tensors";
import { caught } from "../../../support/caught";
import { temporaryFolder } from "../../../support/temporary-folder";

const folder = temporaryFolder();

const bytes = (values: ArrayBufferView) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const TENSORS: readonly NamedTensor[] = [
  { name: "conv1.weight", dtype: "F32", shape: [2, 1, 3], data: bytes(Float32Array.of(1, -2, 3.5, 4, 5, 6)) },
  { name: "bn1.num_batches_tracked", dtype: "I64", shape: [], data: bytes(BigInt64Array.of(-7n)) },
  { name: "empty", dtype: "F32", shape: [0, 3], data: new Uint8Array(0) },
  { name: "grüße 😀", dtype: "F16", shape: [2], data: bytes(Uint16Array.of(0x3c00, 0xc000)) },
  { name: "bf", dtype: "BF16", shape: [1], data: bytes(Uint16Array.of(0x3f80)) },
  { name: "f64", dtype: "F64", shape: [1], data: bytes(Float64Array.of(0.1)) },
  { name: "i32", dtype: "I32", shape: [1], data: bytes(Int32Array.of(-1)) },
  { name: "i16", dtype: "I16", shape: [1], data: bytes(Int16Array.of(-1)) },
  { name: "i8", dtype: "I8", shape: [1], data: bytes(Int8Array.of(-1)) },
  { name: "u8", dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 255) },
  { name: "bool", dtype: "BOOL", shape: [2], data: Uint8Array.of(0, 1) },
];

test("readTensors gives back what writePth wrote, in order, and nothing else is left in the folder", async () => {
  const path = join(folder, "written.pth");
  await writePth(path, TENSORS);
  const { tensors } = await readTensors(path);
  expect(tensors.map(({ data, ...rest }) => ({ ...rest, data: [...data] }))).toEqual(
    TENSORS.map(({ data, ...rest }) => ({ ...rest, data: [...data] })),
  );
  expect(readdirSync(folder)).toEqual(["written.pth"]);
});

test("equal tensors make equal files, and no tensor is copied", () => {
  const parts = [...encodePth(TENSORS)];
  expect(Buffer.concat(parts).equals(Buffer.concat([...encodePth(TENSORS)]))).toBe(true);
  for (const { data } of TENSORS) expect(parts).toContain(data);
});

test("contents begin at multiples of 64 bytes, so that PyTorch can map them", async () => {
  const path = join(folder, "aligned.pth");
  await writePth(path, TENSORS);
  const file = readFileSync(path);
  expect(file.indexOf(TENSORS[0]!.data) % 64).toBe(0);
});

test.each<[string, NamedTensor[], string]>([
  ["two tensors of one name", [TENSORS[0]!, TENSORS[0]!], "got two 'conv1.weight'"],
  ["bytes that do not fit", [{ ...TENSORS[0]!, shape: [7] }], "has 24 bytes, its shape needs 28 of F32"],
  [
    "a dtype without a storage",
    [{ ...TENSORS[8]!, dtype: "U16", data: new Uint8Array(2) }],
    "is U16, expected one of F32",
  ],
  ["an unknown dtype", [{ ...TENSORS[8]!, dtype: "F33" }], "its shape needs NaN of F33"],
])("rejects %s before anything is written", async (_, tensors, words) => {
  const error = await caught(() => writePth(join(folder, "refused.pth"), tensors));
  expect(error).toBeInstanceOf(FormatProblem);
  expect(error.message).toContain(words);
  expect(readdirSync(folder)).not.toContain("refused.pth");
});

test("a folder that is not there is ERR_WSOL_WRITE", async () => {
  const error = await caught(() => writePth(join(folder, "absent", "x.pth"), TENSORS));
  expect(error.code).toBe("ERR_WSOL_WRITE");
});

const python = findTorch();
if (python === null)
  console.warn("skipped: PyTorch reads what writePth wrote: no Python with torch (WSOL_TEST_PYTHON)");

(python === null ? test.skip : test)(
  "PyTorch reads what writePth wrote, weights only, whole and mapped, and what PyTorch writes anew is the same",
  async () => {
    const [path, again] = ["for-torch.pth", "from-torch.pth"].map((name) => join(folder, name)) as [string, string];
    await writePth(path, TENSORS);
    const script = `
import sys, torch, collections
loaded = torch.load(sys.argv[1], weights_only=True)
mapped = torch.load(sys.argv[1], weights_only=True, mmap=True)
assert type(loaded) is collections.OrderedDict, type(loaded)
assert all(torch.equal(a, b) for a, b in zip(loaded.values(), mapped.values()))
assert loaded["conv1.weight"].tolist() == [[[1, -2, 3.5]], [[4, 5, 6]]] and loaded["bn1.num_batches_tracked"].item() == -7
assert loaded["grüße 😀"].tolist() == [1, -2] and loaded["empty"].shape == (0, 3)
torch.save(loaded, sys.argv[2])`;
    execFileSync(python!, ["-c", script, path, again], { encoding: "utf8", env: { ...process.env, PYTHONUTF8: "1" } });
    expect(await readTensors(again)).toEqual(await readTensors(path));
  },
  120_000,
);

function findTorch(): string | null {
  for (const command of [process.env.WSOL_TEST_PYTHON, "python3", "python"]) {
    if (command === undefined) continue;
    try {
      execFileSync(command, ["-c", "import torch"], { stdio: "ignore" });
      return command;
    } catch {}
  }
  return null;
}
