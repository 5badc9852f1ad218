import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FormatProblem } from "../../../lib/formats/problem";
import { encodePth } from "../../../lib/formats/pth/write-pth";
import { encodeSafetensors } from "../../../lib/formats/safetensors";
import type { NamedTensor } from "../../../lib/formats/tensor-file";
import { readTensors } from "../../../lib/formats/tensors";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

const file = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const TENSORS: NamedTensor[] = [
  { name: "half", dtype: "F16", shape: [1], data: Uint8Array.of(0, 0x3c) },
  { name: "brain", dtype: "BF16", shape: [1], data: Uint8Array.of(0x80, 0x3f) },
];

test("the format is told by the content, not by the name", async () => {
  const pth = await readTensors(file("a.safetensors", Buffer.concat([...encodePth(TENSORS)])));
  const safetensors = await readTensors(
    file("a.pth", Buffer.concat(encodeSafetensors({ tensors: TENSORS, metadata: {} }))),
  );
  const plain = (tensors: readonly NamedTensor[]) => tensors.map(({ data, ...rest }) => ({ ...rest, data: [...data] }));
  expect(plain(pth.tensors)).toEqual(plain(TENSORS));
  expect(plain(safetensors.tensors)).toEqual(plain(TENSORS));
});

test("a safetensors header whose length begins like a pickle is one of safetensors", async () => {
  const entry = '{"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}';
  const tensors = [{ name: "x".repeat(0x280 - entry.length), dtype: "U8", shape: [1], data: Uint8Array.of(1) }];
  const bytes = Buffer.concat(encodeSafetensors({ tensors, metadata: {} }));
  expect([...bytes.subarray(0, 2)]).toEqual([0x80, 2]);
  expect((await readTensors(file("b", bytes))).tensors).toHaveLength(1);
});

const hasMkfifo = process.platform !== "win32";
(hasMkfifo ? test : test.skip)("what has no end is not opened", async () => {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  for (const path of [join(folder, "pipe"), "/dev/zero"]) {
    const error = await caught(() => readTensors(path));
    expect(error).toBeInstanceOf(FormatProblem);
    expect(error.message).toBe("it is no file");
  }
});
