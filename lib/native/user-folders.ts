import { homedir } from "node:os";
import { join } from "node:path";
import { WsolError } from "../errors";

const NAME = "entropy-wsol";

type FolderVariable = "XDG_CACHE_HOME" | "XDG_CONFIG_HOME";

/**
 * What can be had again: LibTorch, addons. XDG_CACHE_HOME, else the platform's own place; undefined for a user without a
 * home. No place that all users share stands in for it: what lies there is loaded as code.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return userFolder(environment, "XDG_CACHE_HOME", {
    linux: [".cache", NAME],
    darwin: ["Library", "Caches", NAME],
    win32: environment.LOCALAPPDATA
      ? join(environment.LOCALAPPDATA, NAME, "cache")
      : ["AppData", "Local", NAME, "cache"],
  });
}

/** What the user has chosen: the linked LibTorch. XDG_CONFIG_HOME, else the platform's own place; undefined likewise. */
export function configFolder(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return userFolder(environment, "XDG_CONFIG_HOME", {
    linux: [".config", NAME],
    darwin: ["Library", "Application Support", NAME],
    win32: environment.APPDATA ? join(environment.APPDATA, NAME) : ["AppData", "Roaming", NAME],
  });
}

/** The user's home; undefined without HOME and without an entry in the system's list of users. */
export function homeFolder(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.HOME) return environment.HOME;
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/** The folder, where one is needed. @throws ERR_WSOL_WRITE naming the variable that gives one */
export function requireFolder(folder: string | undefined, variable: FolderVariable): string {
  if (folder !== undefined) return folder;
  throw new WsolError("ERR_WSOL_WRITE", `expected a home folder of this user or '${variable}', found neither`, {
    details: { variable },
    fix: `Set ${variable} to a folder that this user may write to.`,
  });
}

/** Parts below the home folder, or a whole path. */
type Place = readonly string[] | string;

function userFolder(
  environment: NodeJS.ProcessEnv,
  variable: FolderVariable,
  places: { readonly linux: Place; readonly darwin: Place; readonly win32: Place },
): string | undefined {
  const parent = environment[variable];
  if (parent) return join(parent, NAME);
  const { platform } = process;
  const place = platform === "win32" || platform === "darwin" ? places[platform] : places.linux;
  if (typeof place === "string") return place;
  const home = homeFolder(environment);
  return home === undefined ? undefined : join(home, ...place);
}
