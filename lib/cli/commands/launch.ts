import { join } from "node:path";
import type { Command } from "commander";
import { launchProcesses } from "../../distributed/launch-processes";
import { WsolError } from "../../errors";
import { packageRoot } from "../../native/package-root";
import { wholeNumber } from "../options";

const LEAST_PROCESSES = 2;

export function register(program: Command): void {
  program
    .command("launch")
    .description("Train with several processes of this machine; torchrun and Slurm start `wsol train` themselves.")
    .requiredOption("--nproc <n>", "processes, each with its share of every batch", wholeNumber(LEAST_PROCESSES))
    .argument("<command...>", "train, with its options")
    .allowUnknownOption()
    .action(launch);
}

async function launch(command: readonly string[], { nproc: count }: { nproc: number }): Promise<void> {
  if (command[0] !== "train") {
    throw new WsolError("ERR_WSOL_USAGE", `expected the command 'train' to launch, got '${command[0]}'`, {
      fix: "Other commands use all cores of a machine in one process.",
    });
  }
  const args = [join(packageRoot, "bin", "wsol.js"), ...command];
  process.exitCode = await launchProcesses(process.execPath, args, { count });
}
