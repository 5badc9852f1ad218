import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { isFile } from "../../../files";
import { homeFolder } from "../../user-folders";
import { namesIn } from "./names-in";

/** Finds the folder without importing torch, and not in the current folder, which `-c` would search first. */
const PROGRAM = [
  "import sys, importlib.util as u",
  "sys.path = [p for p in sys.path if p]",
  "s = u.find_spec('torch')",
  "print(next(iter(s.submodule_search_locations or []), '') if s else '')",
].join("\n");
const TIMEOUT_MS = 5000;

/** `torch` of a virtual or Conda environment, by its folders alone: no Python is started. */
export function torchOfEnvironment(prefix: string): string | undefined {
  return torchIn([...libraryFolders(prefix, ""), join(prefix, "Lib", "site-packages")]);
}

/**
 * `torch` as the `python3` on PATH would import it; undefined if there is no Python or no torch. A plain interpreter's
 * folders are looked into; one behind a script (pyenv, asdf), or of another system, is asked, which takes longer.
 */
export function torchOfPathPython(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (process.platform !== "linux") return askPython("python", environment) ?? askPython("python3", environment);
  const folders = (environment.PATH ?? "").split(delimiter).filter(Boolean);
  const python = folders.map((folder) => join(folder, "python3")).find(isFile);
  if (python === undefined) return undefined;
  return isScript(python) ? askPython(python, environment) : torchOfInterpreter(python, environment);
}

function torchOfInterpreter(python: string, environment: NodeJS.ProcessEnv): string | undefined {
  const prefix = dirname(dirname(python));
  const added = (environment.PYTHONPATH ?? "").split(delimiter).filter(Boolean);
  const inVirtualEnvironment = existsSync(join(prefix, "pyvenv.cfg"));
  const real = realpathSync(python);
  const version = /^python(3\.\d+)$/.exec(basename(real))?.[1] ?? "";
  const home = homeFolder(environment);
  const users = inVirtualEnvironment || home === undefined ? [] : libraryFolders(join(home, ".local"), version);
  const prefixes = inVirtualEnvironment ? [prefix] : [prefix, dirname(dirname(real)), "/usr/local"];
  return torchIn([...added, ...users, ...prefixes.flatMap((place) => libraryFolders(place, version))]);
}

/** `lib/python3.X/site-packages` and Debian's `dist-packages` below a prefix; of one version where it is known. */
function libraryFolders(prefix: string, version: string): string[] {
  const lib = join(prefix, "lib");
  const fitting = namesIn(lib).filter((name) => name === "python3" || name.startsWith(`python${version || "3."}`));
  return fitting.flatMap((name) => [join(lib, name, "site-packages"), join(lib, name, "dist-packages")]);
}

function torchIn(folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, "torch")).find((torch) => existsSync(join(torch, "__init__.py")));
}

function askPython(python: string, environment: NodeJS.ProcessEnv): string | undefined {
  const result = spawnSync(python, ["-c", PROGRAM], {
    env: environment,
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    stdio: ["ignore", "pipe", "ignore"],
    windowsHide: true,
  });
  return result.status === 0 ? result.stdout.trim() || undefined : undefined;
}

/** A file that may be run but not read is no script: the system would not run one either. */
function isScript(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return false;
  }
  try {
    const start = Buffer.alloc(2);
    readSync(file, start, 0, 2, 0);
    return start.toString("latin1") === "#!";
  } finally {
    closeSync(file);
  }
}
