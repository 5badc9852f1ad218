import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

export const WSOL = join(__dirname, "..", "..", "bin", "wsol.js");

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a user does, in a process of its own. */
export function runWsol(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return finished(spawn(process.execPath, [WSOL, ...args], { env: { ...process.env, ...env } }));
}

/** What a process printed until its end. `onStderr`: told all of stderr so far, whenever there is more. */
export function finished(child: ChildProcess, onStderr: (text: string) => void = () => undefined): Promise<Finished> {
  const output = { stdout: "", stderr: "" };
  child.stdout?.on("data", (text) => {
    output.stdout += text;
  });
  child.stderr?.on("data", (text) => {
    output.stderr += text;
    onStderr(output.stderr);
  });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ code, ...output }));
  });
}
