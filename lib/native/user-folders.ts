import { homedir } from "node:os";
import { join } from "node:path";

const NAME = "entropy-wsol";

/** What can be had again: LibTorch, addons. XDG_CACHE_HOME, else the platform's own place. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (environment.XDG_CACHE_HOME) return join(environment.XDG_CACHE_HOME, NAME);
  if (platform === "win32") {
    return join(environment.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), NAME, "cache");
  }
  return platform === "darwin" ? join(homedir(), "Library", "Caches", NAME) : join(homedir(), ".cache", NAME);
}

/** What the user has chosen: the linked LibTorch. XDG_CONFIG_HOME, else the platform's own place. */
export function configFolder(environment: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (environment.XDG_CONFIG_HOME) return join(environment.XDG_CONFIG_HOME, NAME);
  if (platform === "win32") return join(environment.APPDATA ?? join(homedir(), "AppData", "Roaming"), NAME);
  return platform === "darwin"
    ? join(homedir(), "Library", "Application Support", NAME)
    : join(homedir(), ".config", NAME);
}
