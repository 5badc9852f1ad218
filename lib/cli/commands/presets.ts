import { Argument, type Command } from "commander";
import { describePreset, type PresetDescription } from "../../config/presets";
import { RECIPE_NAMES, type RecipeName } from "../../config/recipes";
import { alignedLines } from "../../words";
import { printJson } from "../options";

export function register(program: Command): void {
  program
    .command("presets")
    .description("Print the training recipes that --preset takes, with where each number is from.")
    .addArgument(new Argument("[name]", "one of them, with every key").choices(RECIPE_NAMES))
    .option("--json", "print them as JSON")
    .action(run);
}

function run(name: RecipeName | undefined, { json }: { readonly json?: boolean }): void {
  const presets = (name === undefined ? RECIPE_NAMES : [name]).map(describePreset);
  if (json) printJson(name === undefined ? presets : presets[0]);
  else console.log(name === undefined ? overview(presets) : whole(presets[0]!));
}

/** The keys by which the recipes differ. */
const COLUMNS = ["optim.lr", "optim.schedule", "optim.epochs", "optim.decayEvery", "evaluation.sigma"];

function overview(presets: readonly PresetDescription[]): string {
  const head = ["preset", ...COLUMNS, "starts from", "for"];
  const rows = presets.map(({ name, data, startsFrom, settings }) => [
    name,
    ...COLUMNS.map((key) => String(settings[key]?.value ?? "-")),
    startsFrom,
    data,
  ]);
  return [...columnsOf([head, ...rows]), "", "wsol presets NAME: every key, and where its value is from"].join("\n");
}

function whole({ name, data, startsFrom, weights, settings }: PresetDescription): string {
  const rows = Object.entries(settings).map(([key, { value, from }]) => [`  ${key}`, String(value), from]);
  const names = Object.entries(weights ?? {}).map(([backbone, file]) => [`  ${backbone}`, file]);
  return [
    `${name}: ${data}`,
    ...columnsOf(rows),
    `starts from ${startsFrom}${weights === null ? "" : ", model.weights by model.backbone:"}`,
    ...columnsOf(names),
  ].join("\n");
}

function columnsOf(rows: readonly (readonly string[])[]): string[] {
  return alignedLines(rows, () => true);
}
