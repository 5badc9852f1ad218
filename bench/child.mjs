import { spawn } from "node:child_process";

const running = new Set();
// What measures for minutes must not outlive this process.
process.once("SIGTERM", () => process.exit(143));
process.on("exit", () => {
  for (const child of running) child.kill();
});

/** Starts a program that ends with this process at the latest. */
export function start(command, args, options) {
  const child = spawn(command, args, options);
  running.add(child);
  for (const event of ["error", "close"]) child.once(event, () => running.delete(child));
  return child;
}

/** Runs a program to its end: its exit code, null where it cannot run; what it printed; its seconds from start to end. */
export async function runToEnd(command, args) {
  const begin = performance.now();
  const child = start(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const printed = { stdout: "", stderr: "" };
  for (const name of Object.keys(printed)) {
    child[name].setEncoding("utf8").on("data", (text) => {
      printed[name] += text;
    });
  }
  const status = await new Promise((resolve) => child.once("error", () => resolve(null)).once("close", resolve));
  return { status, ...printed, seconds: (performance.now() - begin) / 1000 };
}
