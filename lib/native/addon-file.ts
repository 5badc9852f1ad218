import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import nodeGypBuild from "node-gyp-build";
import { version } from "../version";
import { releaseOf } from "./libtorch/find/version";
import { packageRoot } from "./package-root";
import { cacheFolder, requireFolder } from "./user-folders";

export type AddonName = "metrics" | "torch" | "cuda";

/** Beside the file of an addon that uses LibTorch: the release that it was built for. */
export const VERSION_FILE = "libtorch-version.txt";

export interface AddonFile {
  readonly path: string;
  /** LibTorch release that it was built for; undefined for the small addon, which uses none. */
  readonly builtFor: string | undefined;
}

/** Whether there is an addon of this name for each LibTorch. */
export function usesLibtorch(name: AddonName): boolean {
  return name !== "metrics";
}

/**
 * Where `wsol build` of an installed package puts an addon: one folder per package, LibTorch and platform.
 * @throws ERR_WSOL_WRITE for a user without a cache
 */
export function cachedAddonFolder(name: AddonName, libtorchRelease?: string): string {
  const libtorch = usesLibtorch(name) ? [`libtorch-${libtorchRelease}`] : [];
  const key = [version, ...libtorch, process.platform, process.arch].join("-");
  return join(requireFolder(cacheFolder(), "XDG_CACHE_HOME"), "addons", key, name);
}

/** Every build of an addon on this machine, in the order of preference: in place, prebuilt, the user's cache. */
export function addonFiles(name: AddonName, root: string = packageRoot): AddonFile[] {
  const folder = join(root, "binding", name);
  const folders = [folder, ...(usesLibtorch(name) ? subfolders(join(folder, "prebuilds")) : [])];
  const cache = cacheFolder();
  const prefix = `${version}-`;
  const suffix = `-${process.platform}-${process.arch}`;
  for (const built of cache === undefined ? [] : subfolders(join(cache, "addons"))) {
    const key = basename(built);
    if (key.startsWith(prefix) && key.endsWith(suffix)) folders.push(join(built, name));
  }
  return folders.map(findIn).filter((file) => file !== undefined);

  function findIn(place: string): AddonFile | undefined {
    if (!existsSync(place)) return undefined;
    let path: string;
    try {
      path = nodeGypBuild.path(place);
    } catch {
      return undefined;
    }
    if (!usesLibtorch(name)) return { path, builtFor: undefined };
    const builtFor = readBuiltFor(path, place);
    return builtFor === undefined ? undefined : { path, builtFor };
  }
}

/** From the version file beside the .node, else from the name of the prebuilds' folder (`libtorch-2.13.0`). */
function readBuiltFor(path: string, folder: string): string | undefined {
  try {
    return releaseOf(readFileSync(join(dirname(path), VERSION_FILE), "utf8").trim());
  } catch {
    return /[\\/]libtorch-([^\\/]+)$/.exec(folder)?.[1];
  }
}

function subfolders(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}
