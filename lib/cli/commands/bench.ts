import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Command, CommanderError } from "commander";
import { packageRoot } from "../../version";
import { PartialFailure } from "../failure";
import { interruptible } from "../interruption";

interface BenchArguments {
  readonly python?: string;
  readonly data?: string;
  readonly rows?: string;
  readonly quick?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("bench")
    .description("Measure this machine, ours beside PyTorch, OpenCV and Pillow where they are; takes most of an hour.")
    .option("--python <python>", "interpreter that has them (default: python3)")
    .option("--data <dir>", "photographs with boxes for a whole run, in the wsol layout")
    .option("--rows <names>", "only these measurements, separated by commas")
    .option("--quick", "fewer and smaller ones, in a few minutes")
    .option("--json", "print the result as JSON")
    .action(run);
}

/** The scripts of `bench` are processes of their own: what is measured is what a program of the user's has. */
async function run(options: BenchArguments): Promise<void> {
  const args = Object.entries(options).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, value],
  );
  const status = await interruptible("stopping", (signal) => runTable(args, signal));
  // The table has said on stderr what it was not asked rightly, or which measurement failed.
  if (status === WRONG_USE) throw new CommanderError(WRONG_USE, "wsol.bench", "");
  if (status !== 0) throw new PartialFailure("not everything could be measured");
}

const WRONG_USE = 2;

function runTable(args: readonly string[], signal: AbortSignal): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(packageRoot, "bench", "table.mjs"), ...args], { stdio: "inherit" });
    signal.addEventListener("abort", () => child.kill());
    child.once("error", reject);
    child.once("close", (code) => (signal.aborted ? reject(signal.reason) : resolve(code)));
  });
}
