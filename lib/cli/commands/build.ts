import { type Command, Option } from "commander";
import { type AddonName, addonFiles } from "../../native/addon-file";
import { buildAddon } from "../../native/build";
import { findLibtorch, withoutHeaders } from "../../native/libtorch/find/find";
import { printJson, wholeNumber } from "../options";

interface BuildArguments {
  readonly addon?: AddonName;
  readonly jobs?: number;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("build")
    .description("Build the native addons from source, the big one against the LibTorch that is found.")
    .addOption(new Option("--addon <name>", "build only this one").choices(["metrics", "torch"]))
    .option("--jobs <n>", "compilers at the same time (default: the number of cores)", wholeNumber(1))
    .option("--verbose", "print every line of CMake and the compiler")
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run({ addon, jobs, verbose, json }: BuildArguments): Promise<void> {
  const built: { addon: AddonName; folder: string; libtorch: string | null }[] = [];
  // Before the first compiler starts, so that a missing LibTorch does not cost minutes.
  const libtorch = addon === "metrics" ? undefined : findLibtorch({ unfit: withoutHeaders });
  for (const name of addon === undefined ? (["metrics", "torch"] as const) : [addon]) {
    const forLibtorch = name === "torch" && libtorch ? ` for LibTorch ${libtorch.version} in ${libtorch.root}` : "";
    console.error(`building the addon '${name}'${forLibtorch}`);
    const folder = await buildAddon(name, {
      ...(libtorch && { libtorch }),
      ...(jobs !== undefined && { jobs }),
      onLine: (line) => printLine(line, verbose === true),
    });
    built.push({ addon: name, folder, libtorch: name === "torch" ? (libtorch?.release ?? null) : null });
  }
  if (json) printJson(built);
  else for (const { addon: name } of built) console.log(`${name}: ${addonFiles(name)[0]?.path}`);
}

/** CMake's own progress, `[ 12%] Building …` or `[3/14] Building …`, and what went wrong. */
function printLine(line: string, verbose: boolean): void {
  if (verbose || /^\[\s*\d+(%|\/\d+)\]|\b(error|warning):|CMake Error/.test(line)) console.error(line.trimEnd());
}
