import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** The repository's root, where `npm run setup` has put dist/ and the addons. */
export const root = join(__dirname, "..", "..");

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in a fresh Node; `compiled("native/find")` in it requires that file of dist/. */
export function runInNode(program: string, environment: NodeJS.ProcessEnv = {}): Ended {
  const compiled = `const compiled = (name) => require(${JSON.stringify(join(root, "dist"))} + "/" + name);`;
  return run(["-e", `${compiled}\n${program}`], environment);
}

/** Runs the command line, `bin/wsol.js`. */
export function runCli(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Ended {
  return run([join(root, "bin", "wsol.js"), ...args], environment);
}

/** An environment in which no LibTorch is found but in the system's own places. */
export function withoutLibtorch(folder: string): NodeJS.ProcessEnv {
  const nothing = { WSOL_LIBTORCH: "", LIBTORCH: "", VIRTUAL_ENV: "", CONDA_PREFIX: "", PYTHONPATH: "" };
  return { ...nothing, PATH: folder, HOME: folder, XDG_CACHE_HOME: folder, XDG_CONFIG_HOME: folder };
}

function run(args: readonly string[], environment: NodeJS.ProcessEnv): Ended {
  const options = { encoding: "utf8", env: { ...process.env, ...environment }, timeout: 60_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { status, stdout, stderr };
}
