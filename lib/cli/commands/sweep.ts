import type { Command } from "commander";
import { applySettings, readConfigFile } from "../../config/resolve";
import { renderStudy } from "../../studies/study/table";
import { sweep } from "../../studies/sweep/sweep";
import { parseVary } from "../../studies/sweep/vary";
import { collect, listOf, printJson, wholeNumber } from "../options";
import { failWithFailedRuns, watchStudy } from "../study";

interface SweepArguments {
  readonly data: string;
  readonly out: string;
  readonly vary: readonly string[];
  readonly seeds: readonly number[];
  readonly config?: string;
  readonly set?: readonly string[];
  readonly split?: string;
  readonly jobs: number;
  readonly device?: readonly string[];
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  wsol sweep --data DIR --out study --vary eps=0:0.8:9 --seeds 0,1,2
  wsol sweep --data DIR --out study --vary loss.lambda=0,0.1,1 --vary method.name=none,adl --seeds 0,1,2`;

export function register(program: Command): void {
  program
    .command("sweep")
    .description("Train and evaluate every combination of settings and seeds; table of means, and the sweet spot.")
    .requiredOption("--data <dir>", "data set in the wsol layout")
    .requiredOption("--out <dir>", "the study's folder; finished runs in it are not repeated")
    .requiredOption("--vary <key=v1,v2>", "a key and its values, or eps=FROM:TO:N; may be repeated", collect)
    .option("--seeds <n,n>", "seeds of each combination", listOf(wholeNumber(0)), [0])
    .option("--config <file>", "configuration of all runs, YAML or JSON")
    .option("--set <key=value>", "one configuration key of all runs; may be repeated", collect)
    .option("--split <name>", "the split that runs are evaluated on (default: test, or val)")
    .option("--jobs <n>", "runs at the same time", wholeNumber(1), 1)
    .option("--device <name,name>", "devices, taken in turn by the jobs", listOf(String))
    .option("--json", "print the result as JSON")
    .addHelpText("after", EXAMPLES)
    .action(run);
}

async function run(options: SweepArguments): Promise<void> {
  const file = options.config === undefined ? {} : await readConfigFile(options.config);
  const result = await watchStudy((watching) =>
    sweep(options.data, {
      ...{ out: options.out, vary: parseVary(options.vary), seeds: options.seeds, jobs: options.jobs },
      config: applySettings(file, options.set ?? []),
      ...(options.split !== undefined && { split: options.split }),
      ...(options.device !== undefined && { devices: options.device }),
      ...watching,
    }),
  );
  if (options.json) printJson(result);
  else console.log(renderStudy(result));
  failWithFailedRuns(result);
}
