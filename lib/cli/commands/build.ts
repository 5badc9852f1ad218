import { type Command, Option } from "commander";
import { type AddonName, addonFiles, usesLibtorch } from "../../native/addon-file";
import { buildAddon } from "../../native/build";
import { cudaHeaders } from "../../native/libtorch/find/cuda-headers";
import { findLibtorch, withoutHeaders } from "../../native/libtorch/find/find";
import type { LibTorch } from "../../native/libtorch/find/inspect";
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
    .addOption(new Option("--addon <name>", "build only this one").choices(["metrics", "torch", "cuda"]))
    .option("--jobs <n>", "compilers at the same time (default: the number of cores)", wholeNumber(1))
    .option("--verbose", "print every line of CMake and the compiler")
    .option("--json", "print the result as JSON")
    .action(run);
}

interface Built {
  readonly addon: AddonName;
  readonly folder: string;
  readonly libtorch: string | null;
}

/** Builds what it can: the metrics need no LibTorch, training no NCCL, and what is built stays where another is not. */
async function run({ addon, json, ...options }: BuildArguments): Promise<void> {
  const built: Built[] = [];
  for (const name of addon === undefined ? addonsToBuild() : [addon]) {
    try {
      built.push(await buildOne(name, options));
    } catch (error) {
      if (built.length === 0) throw error;
      print(built, json === true);
      console.error(`the addon '${name}' is not built; ${WITHOUT[name]}`);
      throw error;
    }
  }
  print(built, json === true);
}

/** What works all the same. */
const WITHOUT: Readonly<Record<AddonName, string>> = {
  metrics: "nothing works without",
  torch: "evaluating score maps needs none",
  cuda: "only NCCL needs it, processes on GPUs exchange by Gloo",
};

/** Beside the two that all need, that for NCCL, if the LibTorch is one of CUDA with all that it takes to compile. */
function* addonsToBuild(): Iterable<AddonName> {
  yield "metrics";
  yield "torch";
  const libtorch = findLibtorch({ unfit: withoutHeaders });
  if (libtorch.variant !== "cuda") return;
  const { missing } = cudaHeaders(libtorch);
  if (missing === null) yield "cuda";
  else console.error(`the addon 'cuda' is not built without ${missing}; ${WITHOUT.cuda}`);
}

async function buildOne(name: AddonName, { jobs, verbose }: BuildArguments): Promise<Built> {
  const libtorch: LibTorch | undefined = usesLibtorch(name) ? findLibtorch({ unfit: withoutHeaders }) : undefined;
  console.error(
    `building the addon '${name}'${libtorch ? ` for LibTorch ${libtorch.version} in ${libtorch.root}` : ""}`,
  );
  const folder = await buildAddon(name, {
    ...(libtorch && { libtorch }),
    ...(jobs !== undefined && { jobs }),
    onLine: (line) => printLine(line, verbose === true),
  });
  return { addon: name, folder, libtorch: libtorch?.release ?? null };
}

function print(built: readonly Built[], json: boolean): void {
  if (json) printJson(built);
  else for (const { addon } of built) console.log(`${addon}: ${addonFiles(addon)[0]?.path}`);
}

/** CMake's own progress, `[ 12%] Building …` or `[3/14] Building …`, and what went wrong. */
function printLine(line: string, verbose: boolean): void {
  if (verbose || /^\[\s*\d+(%|\/\d+)\]|\b(error|warning):|CMake Error/.test(line)) console.error(line.trimEnd());
}
