import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { LibTorch } from "./inspect";
import { namesIn } from "./names-in";

/** Below `include` of a LibTorch that `wsol libtorch fetch` unpacked: the headers of NVIDIA's wheels. */
export const NVIDIA_HEADERS = "nvidia";

/** Of LibTorch's own, and what they include, one of each package. */
const NEEDED = [
  "nccl.h",
  "cuda_runtime.h",
  "crt/host_config.h",
  "nv/target",
  "cublas_v2.h",
  "cusparse.h",
  "cusolverDn.h",
] as const;

export interface CudaHeaders {
  /** To be searched in this order. */
  readonly folders: readonly string[];
  /** What is not there, in words; null where all is. */
  readonly missing: string | null;
}

/**
 * The headers that code for a CUDA LibTorch's own libraries is compiled with: those of its wheels, unpacked beside it by
 * `wsol libtorch fetch` or by pip, then those of the CUDA toolkit and the system.
 */
export function cudaHeaders(libtorch: LibTorch, environment: NodeJS.ProcessEnv = process.env): CudaHeaders {
  if (libtorch.variant !== "cuda") return { folders: [], missing: "a CUDA LibTorch" };
  const wheels = join(dirname(libtorch.root), "nvidia");
  const toolkit = environment.CUDA_HOME || environment.CUDA_PATH || "/usr/local/cuda";
  const folders = [
    join(libtorch.root, "include", NVIDIA_HEADERS),
    ...namesIn(wheels).map((name) => join(wheels, name, "include")),
    ...[join(toolkit, "include"), join(toolkit, "include", "cccl")],
  ].filter((folder) => existsSync(folder));
  const places = [...folders, "/usr/include", "/usr/local/include"];
  const absent = NEEDED.find((header) => !places.some((place) => existsSync(join(place, header))));
  return { folders, missing: absent === undefined ? null : `the header ${absent}` };
}
