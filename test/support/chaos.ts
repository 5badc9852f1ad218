import { spawnSync } from "node:child_process";
import { join } from "node:path";

const PROGRAM = join(__dirname, "chaos-child.cjs");
/** How `chaos-child.cjs exit SEED` ends the process, by the seed's remainder: its exit codes. Node itself decides 1 for errors. */
const EXIT_CODES = [7, 7, 7, 7, 1, 1];

/** Rounds of spoiled arrays or terminated workers in one child, which must say that it did them all. */
export function expectRounds(kind: "arrays" | "workers", seed: number, rounds: number): void {
  const { status, signal, stdout, stderr } = run([kind, String(seed), String(rounds)]);
  expect({ kind, seed, status, signal, stdout: stdout.trim(), stderr }).toEqual({
    ...{ kind, seed, status: 0, signal: null, stdout: `${rounds} rounds`, stderr: "" },
  });
}

/** One process that ends in the middle of its calls. */
export function expectExit(seed: number): void {
  const { status, signal, stderr } = run(["exit", String(seed)]);
  expect({ seed, status, signal }).toEqual({ seed, status: EXIT_CODES[seed % EXIT_CODES.length], signal: null });
  expect(stderr).not.toMatch(/FATAL|Segmentation|terminate called/);
}

function run(args: readonly string[]) {
  return spawnSync(process.execPath, [PROGRAM, ...args], { encoding: "utf8", timeout: 300_000 });
}
