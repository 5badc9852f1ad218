import { WsolError } from "../errors";
import { type AddonName, addonFiles } from "./addon-file";
import { createError } from "./create-error";
import type { MetricsAddon } from "./metrics-addon";

let loaded: MetricsAddon | undefined;

/**
 * The small addon, loaded at the first call and kept for this environment (main thread or worker). Needs no LibTorch.
 * @throws ERR_WSOL_ADDON if it is not there or cannot be loaded.
 */
export function loadMetricsAddon(): MetricsAddon {
  if (loaded) return loaded;
  const file = addonFiles("metrics")[0];
  if (file === undefined) throw missingAddon("metrics");
  const addon = requireAddon<MetricsAddon>("metrics", file.path);
  addon.setCreateError(createError);
  loaded = addon;
  return addon;
}

/** @throws ERR_WSOL_ADDON with the system loader's words. */
export function requireAddon<Addon>(name: AddonName, path: string): Addon {
  try {
    return require(path) as Addon;
  } catch (cause) {
    throw new WsolError("ERR_WSOL_ADDON", `cannot load '${path}': ${(cause as Error).message}`, {
      details: { path },
      fix: buildFix(name),
      cause,
    });
  }
}

/** The command that builds this addon and needs no more than it does. */
export function buildFix(name: AddonName): string {
  return `Build it with: npx --package entropy-wsol wsol build --addon ${name}`;
}

export function missingAddon(name: AddonName, forLibtorch?: string): WsolError {
  const target = `${process.platform}-${process.arch}${forLibtorch === undefined ? "" : ` and LibTorch ${forLibtorch}`}`;
  return new WsolError("ERR_WSOL_ADDON", `the native addon '${name}' is not built for ${target}`, {
    details: { addon: name, platform: process.platform, arch: process.arch, libtorch: forLibtorch ?? null },
    fix: buildFix(name),
  });
}
