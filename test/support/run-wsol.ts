import { spawn } from "node:child_process";
import { join } from "node:path";

const wsol = join(__dirname, "..", "..", "bin", "wsol.js");

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a user does, in a process of its own. */
export function runWsol(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const child = spawn(process.execPath, [wsol, ...args], { env: { ...process.env, ...env } });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => {
    output.stdout += text;
  });
  child.stderr.on("data", (text) => {
    output.stderr += text;
  });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ code, ...output }));
  });
}
