import { WsolError } from "../errors";
import { type AddonFile, addonFiles } from "./addon-file";
import { createError } from "./create-error";
import type { CudaAddon } from "./cuda-addon";
import { cudaWanted } from "./libtorch/find/cuda-wanted";
import { discoverLibtorch, type FoundLibTorch, notFound } from "./libtorch/find/find";
import { openOrder } from "./libtorch/find/open-order";
import { buildFix, loadMetricsAddon, missingAddon, requireAddon } from "./load-metrics";
import type { TorchAddon } from "./torch-addon";
import { limitWaiting } from "./waiting-threads";

export interface LoadedTorch {
  readonly addon: TorchAddon;
  readonly libtorch: FoundLibTorch;
  readonly addonPath: string;
  /** Why the CUDA libraries of a CUDA LibTorch could not be opened; null if they could, or were not wanted. */
  readonly cudaProblem: string | null;
  /** Why there is no NCCL beside CUDA's libraries; null if there is, or these are not there. */
  readonly ncclProblem: string | null;
}

let loaded: LoadedTorch | undefined;

/**
 * The big addon, loaded at the first call and kept for this environment (main thread or worker). Finds LibTorch, opens
 * it through the small addon, then loads: the big one resolves LibTorch by soname, without any library path.
 * @throws ERR_WSOL_LIBTORCH_NOT_FOUND, ERR_WSOL_LIBTORCH_VERSION or ERR_WSOL_ADDON.
 */
export function loadTorchAddon(): TorchAddon {
  return loadTorch().addon;
}

/** As {@link loadTorchAddon}, with what was found on the way. */
export function loadTorch(): LoadedTorch {
  if (loaded) return loaded;
  const files = addonFiles("torch");
  const libtorch = chooseLibtorch(files);
  const file = files.find(({ builtFor }) => builtFor === libtorch.release)!;
  const cudaProblem = openLibtorch(libtorch);
  const addon = requireAddon<TorchAddon>("torch", file.path);
  addon.setCreateError(createError);
  const hasCuda = cudaWanted(libtorch) && cudaProblem === null;
  const ncclProblem = hasCuda ? useNccl(addon, libtorch) : null;
  loaded = { addon, libtorch, addonPath: file.path, cudaProblem, ncclProblem };
  return loaded;
}

/** Without NCCL, processes exchange by Gloo. Returns why it is not there. */
function useNccl(addon: TorchAddon, { release }: FoundLibTorch): string | null {
  try {
    const file = addonFiles("cuda").find(({ builtFor }) => builtFor === release);
    if (file === undefined) throw missingAddon("cuda", release);
    addon.useNccl(requireAddon<CudaAddon>("cuda", file.path).ncclMaker);
    return null;
  } catch (cause) {
    return (cause as Error).message;
  }
}

/** The first LibTorch that one of the addon's builds is for: two versions cannot share a binary. */
export function chooseLibtorch(files: readonly AddonFile[]): FoundLibTorch {
  const releases = [...new Set(files.map(({ builtFor }) => builtFor))];
  const unfit = ({ release }: { release: string }) =>
    releases.includes(release) ? undefined : `version ${release}, but the addon is built for ${releases.join(", ")}`;
  if (files.length > 0) {
    const { chosen, skipped } = discoverLibtorch({ unfit });
    if (chosen) return chosen;
    const { chosen: otherVersion } = discoverLibtorch();
    if (!otherVersion) throw notFound(skipped);
    throw new WsolError(
      "ERR_WSOL_LIBTORCH_VERSION",
      `expected LibTorch ${releases.join(" or ")}, which the addon is built for, got ${otherVersion.version} in '${otherVersion.root}'`,
      { details: { builtFor: releases, found: otherVersion.version, candidates: skipped }, fix: buildFix("torch") },
    );
  }
  const { chosen, skipped } = discoverLibtorch();
  if (!chosen) throw notFound(skipped);
  throw missingAddon("torch", chosen.release);
}

/** Opens LibTorch's libraries for the whole process. CUDA that cannot be opened leaves a working CPU. */
function openLibtorch(libtorch: FoundLibTorch): string | null {
  const { openLibrary } = loadMetricsAddon();
  limitWaiting();
  for (const path of openOrder(libtorch, false)) openLibrary(path);
  if (!cudaWanted(libtorch)) return null;
  try {
    for (const path of openOrder(libtorch, true)) openLibrary(path);
    return null;
  } catch (cause) {
    return (cause as Error).message;
  }
}
