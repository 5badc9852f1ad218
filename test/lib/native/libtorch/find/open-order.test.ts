import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cudaWanted } from "../../../../../lib/native/libtorch/find/cuda-wanted";
import type { LibTorch } from "../../../../../lib/native/libtorch/find/inspect";
import { openOrder } from "../../../../../lib/native/libtorch/find/open-order";
import { madeUpElf } from "../../../../support/made-up-elf";
import { temporaryFolder } from "../../../../support/temporary-folder";

const onLinux = process.platform === "linux" ? describe : describe.skip;
const folder = temporaryFolder();

function libraries(name: string, files: Record<string, Parameters<typeof madeUpElf>[0]>): LibTorch {
  const root = join(folder, name);
  for (const [path, facts] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), madeUpElf(facts));
  }
  return { root, version: "2.13.0", release: "2.13.0", variant: "cuda", headers: false };
}

// The order is read from ELF files; other systems' loaders find what lies beside a library themselves.
onLinux("openOrder", () => {
  it("puts each library after those it needs, also those on its search path, and leaves the system's out", () => {
    const libtorch = libraries("plain", {
      "lib/libc10.so": { needed: ["libc.so.6"] },
      "lib/libgomp.so.1": {},
      "lib/libtorch_cpu.so": {
        needed: ["libgomp.so.1", "libc10.so", "libcudart.so.13", "libm.so.6"],
        runpath: "$ORIGIN/../cu/lib",
      },
      "cu/lib/libcudart.so.13": { needed: ["librt.so.1"] },
    });
    const names = ["lib/libc10.so", "lib/libgomp.so.1", "cu/lib/libcudart.so.13", "lib/libtorch_cpu.so"];
    expect(openOrder(libtorch, false)).toEqual(names.map((name) => join(libtorch.root, name)));
  });

  it("adds the CUDA libraries only when they are wanted, and survives libraries that need each other", () => {
    const libtorch = libraries("cuda", {
      "lib/libc10.so": {},
      "lib/libtorch_cpu.so": { needed: ["libc10.so", "libtorch_cuda.so"] },
      "lib/libc10_cuda.so": { needed: ["libc10.so"] },
      "lib/libtorch_cuda.so": { needed: ["libc10_cuda.so", "libtorch_cpu.so"] },
    });
    expect(openOrder(libtorch, true).map((path) => path.split("/").at(-1))).toEqual([
      "libc10.so",
      "libc10_cuda.so",
      "libtorch_cuda.so",
      "libtorch_cpu.so",
    ]);
  });
});

describe("cudaWanted", () => {
  it("follows WSOL_CUDA, and never asks a CPU build for CUDA", () => {
    expect(cudaWanted({ variant: "cuda" }, { WSOL_CUDA: "1" })).toBe(true);
    expect(cudaWanted({ variant: "cuda" }, { WSOL_CUDA: "0" })).toBe(false);
    expect(cudaWanted({ variant: "cpu" }, { WSOL_CUDA: "1" })).toBe(false);
  });
});
