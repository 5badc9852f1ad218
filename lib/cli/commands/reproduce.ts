import { Argument, type Command, Option } from "commander";
import { RECIPE_NAMES, type RecipeName } from "../../config/recipes";
import { applySettings } from "../../config/resolve";
import { EXPERIMENT_NAMES, EXPERIMENTS, type ExperimentName } from "../../studies/experiments/experiments";
import { reproduce } from "../../studies/reproduce/reproduce";
import { renderReproduction } from "../../studies/reproduce/table";
import { collect, listOf, printJson, wholeNumber } from "../options";
import { addRunningOptions, failWithFailedRuns, type StudyArguments, studyOptions, watchStudy } from "../study";

interface ReproduceArguments extends StudyArguments {
  readonly data: string;
  readonly quick?: boolean;
  readonly recipe?: RecipeName;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

export function register(program: Command): void {
  addRunningOptions(
    program
      .command("reproduce")
      .description("An experiment of the paper on your data: the paper's figures, where known, beside yours.")
      .addArgument(new Argument("<experiment>", "what to compare").choices(EXPERIMENT_NAMES))
      .requiredOption("--data <dir>", "data set in the wsol layout")
      .requiredOption("--out <dir>", "the study's folder; finished runs in it are not repeated")
      .option("--quick", "few small images and epochs: shows that it runs, its figures mean nothing")
      .addOption(new Option("--recipe <name>", "training recipe (default: by the data set)").choices(RECIPE_NAMES))
      .option("--seeds <n,n>", "seeds of each arm", listOf(wholeNumber(0)), [0])
      .option("--set <key=value>", "one configuration key of all runs, before the recipe's; may be repeated", collect),
  )
    .option("--json", "print the result as JSON")
    .addHelpText("after", experimentsHelp)
    .action(run);
}

function experimentsHelp(): string {
  const lines = EXPERIMENT_NAMES.map((name) => `  ${name.padEnd(14)}${EXPERIMENTS[name].title}`);
  return ["", "Experiments:", ...lines].join("\n");
}

async function run(name: ExperimentName, options: ReproduceArguments): Promise<void> {
  const reproduction = await watchStudy((watching) =>
    reproduce(name, options.data, {
      ...studyOptions(options),
      quick: options.quick ?? false,
      config: applySettings({}, options.set ?? []),
      ...(options.recipe !== undefined && { recipe: options.recipe }),
      ...watching,
    }),
  );
  if (options.json) printJson(reproduction);
  else console.log(renderReproduction(reproduction));
  failWithFailedRuns(reproduction.study);
}
