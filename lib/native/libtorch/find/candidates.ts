import { cudaDriver } from "./cuda-wanted";
import { fetchedFolders } from "./fetched";
import { readLink } from "./link-file";
import { torchOfEnvironment, torchOfPathPython } from "./python-torch";

/** A place where LibTorch may lie. */
export interface Candidate {
  /** In words for people: `WSOL_LIBTORCH`, `Python environment (VIRTUAL_ENV)`, … */
  readonly source: string;
  /** null: the source is there, but names no folder. */
  readonly path: string | null;
  /** Named by an environment variable: taken or refused, never passed over. */
  readonly binding: boolean;
}

const SYSTEM_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  linux: ["/usr/local/libtorch", "/opt/libtorch", "/usr/local", "/usr"],
  darwin: ["/usr/local/libtorch", "/opt/libtorch", "/opt/homebrew/opt/pytorch", "/opt/homebrew", "/usr/local"],
  win32: ["C:\\libtorch"],
};

/** The places in the order of discovery; lazy, because asking Python costs a process. */
export function* candidates(
  environment: NodeJS.ProcessEnv = process.env,
  systemFolders: readonly string[] = SYSTEM_FOLDERS[process.platform] ?? [],
): Generator<Candidate> {
  for (const name of ["WSOL_LIBTORCH", "LIBTORCH"]) {
    const path = environment[name];
    if (path) yield { source: name, path, binding: true };
  }
  yield* pythonCandidates(environment);
  const linked = readLink(environment);
  if (linked !== undefined) yield { source: "linked (wsol libtorch link)", path: linked, binding: false };
  const source = "fetched (wsol libtorch fetch)";
  const fetched = fetchedFolders(cudaDriver(environment), environment);
  if (fetched.length === 0) yield { source, path: null, binding: false };
  for (const path of fetched) yield { source, path, binding: false };
  for (const path of systemFolders) yield { source: "system", path, binding: false };
}

function* pythonCandidates(environment: NodeJS.ProcessEnv): Generator<Candidate> {
  const seen = new Set<string>();
  for (const name of ["VIRTUAL_ENV", "CONDA_PREFIX"]) {
    const prefix = environment[name];
    if (!prefix) continue;
    const path = torchOfEnvironment(prefix) ?? null;
    if (path !== null) seen.add(path);
    yield { source: `Python environment (${name})`, path, binding: false };
  }
  const path = torchOfPathPython(environment) ?? null;
  if (path === null || !seen.has(path)) yield { source: "Python on PATH", path, binding: false };
}
