import { type Command, Option } from "commander";
import { exportWeights } from "../../checkpoint/export-weights";
import type { ExportFormat } from "../../checkpoint/exported-weights";
import type { Checkpoint } from "../../runs/run-folder";
import { checkpoint, printJson } from "../options";

interface ExportArguments {
  readonly out: string;
  readonly format?: ExportFormat;
  readonly checkpoint?: Checkpoint;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("export")
    .description("Write a run's weights for PyTorch and timm, and print the lines of Python that load them.")
    .argument("<run>", "run folder, or a weights file of one")
    .requiredOption("--out <file>", "file to write")
    .addOption(
      new Option("--format <name>", "format (default: by the ending of --out)").choices(["safetensors", "pth"]),
    )
    .option("--checkpoint <name>", "last or best (default: last)", checkpoint)
    .option("--json", "print what was written as JSON")
    .action(exportRun);
}

async function exportRun(run: string, { json, ...options }: ExportArguments): Promise<void> {
  const exported = await exportWeights(run, options);
  if (json) {
    printJson(exported);
    return;
  }
  for (const warning of exported.warnings) console.error(`warning: ${warning}`);
  console.log(exported.python ?? exported.path);
}
