import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cudaHeaders } from "../../../../../lib/native/libtorch/find/cuda-headers";
import type { LibTorch } from "../../../../../lib/native/libtorch/find/inspect";
import { temporaryFolder } from "../../../../support/temporary-folder";

const folder = temporaryFolder();
const HEADERS = ["cuda_runtime.h", "crt/host_config.h", "nv/target", "cublas_v2.h", "cusparse.h", "cusolverDn.h"];

function write(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
}

function libtorchIn(root: string, variant: LibTorch["variant"] = "cuda"): LibTorch {
  mkdirSync(root, { recursive: true });
  return { root, version: "2.13.0", release: "2.13.0", variant, headers: true };
}

/** No toolkit of the machine's own. */
const NONE = { CUDA_HOME: join(folder, "none") };

describe("cudaHeaders", () => {
  it("finds those that were unpacked with a fetched LibTorch", () => {
    const libtorch = libtorchIn(join(folder, "fetched"));
    const nvidia = join(libtorch.root, "include", "nvidia");
    for (const header of ["nccl.h", ...HEADERS]) write(join(nvidia, header));
    expect(cudaHeaders(libtorch, NONE)).toEqual({ folders: [nvidia], missing: null });
  });

  it("finds those of pip's wheels beside Python's torch, and the rest in the toolkit", () => {
    const site = join(folder, "site-packages");
    const libtorch = libtorchIn(join(site, "torch"));
    for (const header of HEADERS.slice(3)) write(join(site, "nvidia", "cu13", "include", header));
    write(join(site, "nvidia", "nccl", "include", "nccl.h"));
    const toolkit = join(folder, "toolkit");
    for (const header of HEADERS.slice(0, 2)) write(join(toolkit, "include", header));
    write(join(toolkit, "include", "cccl", HEADERS[2]!));
    const { folders, missing } = cudaHeaders(libtorch, { CUDA_HOME: toolkit });
    expect(missing).toBeNull();
    expect(folders).toEqual([
      join(site, "nvidia", "cu13", "include"),
      join(site, "nvidia", "nccl", "include"),
      join(toolkit, "include"),
      join(toolkit, "include", "cccl"),
    ]);
  });

  it("names what is missing", () => {
    const libtorch = libtorchIn(join(folder, "bare"));
    for (const header of HEADERS) write(join(libtorch.root, "include", "nvidia", header));
    expect(cudaHeaders(libtorch, NONE).missing).toBe("the header nccl.h");
    expect(cudaHeaders(libtorchIn(join(folder, "cpu"), "cpu"), NONE).missing).toBe("a CUDA LibTorch");
  });
});
