import type { Command } from "commander";
import type { RecipeName } from "../../config/recipes";
import { applySettings, readConfigFile } from "../../config/resolve";
import { renderStudy } from "../../studies/study/table";
import { sweep } from "../../studies/sweep/sweep";
import { parseVary } from "../../studies/sweep/vary";
import { collect, listOf, printJson, wholeNumber } from "../options";
import { presetOption } from "../preset";
import { addRunningOptions, failWithFailedRuns, type StudyArguments, studyOptions, watchStudy } from "../study";

interface SweepArguments extends StudyArguments {
  readonly data: string;
  readonly vary: readonly string[];
  readonly preset?: RecipeName;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  wsol sweep --data DIR --out study --vary eps=0:0.8:9 --seeds 0,1,2
  wsol sweep --data DIR --out study --vary loss.lambda=0,0.1,1 --vary method.name=none,adl --seeds 0,1,2`;

export function register(program: Command): void {
  addRunningOptions(
    program
      .command("sweep")
      .description("Train and evaluate every combination of settings and seeds; table of means, and the sweet spot.")
      .requiredOption("--data <dir>", "data set in the wsol layout")
      .requiredOption("--out <dir>", "the study's folder; finished runs in it are not repeated")
      .requiredOption("--vary <key=v1,v2>", "a key and its values, or eps=FROM:TO:N; may be repeated", collect)
      .option("--seeds <n,n>", "seeds of each combination", listOf(wholeNumber(0)), [0])
      .addOption(presetOption())
      .option("--config <file>", "configuration of all runs, YAML or JSON")
      .option("--set <key=value>", "one configuration key of all runs; may be repeated", collect),
  )
    .option("--json", "print the result as JSON")
    .addHelpText("after", EXAMPLES)
    .action(run);
}

async function run(options: SweepArguments): Promise<void> {
  const file = options.config === undefined ? {} : await readConfigFile(options.config);
  const result = await watchStudy((watching) =>
    sweep(options.data, {
      ...studyOptions(options),
      vary: parseVary(options.vary),
      ...(options.preset !== undefined && { preset: options.preset }),
      config: applySettings(file, options.set ?? []),
      ...watching,
    }),
  );
  if (options.json) printJson(result);
  else console.log(renderStudy(result));
  failWithFailedRuns(result);
}
