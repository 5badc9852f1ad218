import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root; every child process starts there. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Runs a program with its output passed through; resolves to its exit code. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], ...options });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(signal ? 128 : code));
  });
}

/** As {@link run}, for a script of this Node. */
export function runNode(args, options) {
  return run(process.execPath, args, options);
}

/** Output of a program; undefined where it fails or is missing. */
export function outputOf(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: root, encoding: "utf8", ...options });
  return result.status === 0 ? result.stdout : undefined;
}

export function onPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, program)));
}

/** Fails with what was being done. */
export async function must(what, exitCode) {
  const code = await exitCode;
  if (code !== 0) throw new Error(`${what} failed with exit code ${code}`);
}
