import { join } from "node:path";
import type { Command } from "commander";
import { WsolError } from "../../errors";
import { makeFolder, writeFileAtomically } from "../../files";
import type { Localizer } from "../../localize/localizer";
import { MOST_BLOCKS } from "../../pictures/feature-sheet";
import { featureSheet } from "../../pictures/features-of-models";
import type { Checkpoint } from "../../runs/run-folder";
import { forEachImage, pictureNames, throwFailures } from "../each-image";
import { interruptible } from "../interruption";
import { loadModel } from "../load-model";
import { checkpoint, collect, printJson, wholeNumber } from "../options";

interface FeaturesArguments {
  readonly run: readonly string[];
  readonly out: string;
  readonly channels: number;
  readonly checkpoint?: Checkpoint;
  readonly device?: string;
  readonly keepGoing?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("features")
    .description("Feature maps of every stage for images, of one run or two side by side, as a labelled PNG each.")
    .argument("<image...>", "JPEG, PNG or WebP files")
    .requiredOption("--run <dir>", "run folder, or a weights file; twice for two side by side", collect)
    .requiredOption("--out <dir>", "folder for the pictures, IMAGE.features.png each")
    .option("--channels <n>", "channels of each stage, beside their mean: those of largest energy", wholeNumber(0), 4)
    .option("--checkpoint <name>", "last or best, of every run folder (default: last)", checkpoint)
    .option("--device <name>", "auto, cpu or cuda:N (default: auto)")
    .option("--keep-going", "go on after an image that cannot be read (default: with several images)")
    .option("--no-keep-going", "stop at the first image that cannot be read")
    .option("--json", "print what the pictures show as JSON")
    .action(features);
}

async function features(images: readonly string[], args: FeaturesArguments): Promise<void> {
  if (args.run.length > MOST_BLOCKS) {
    throw new WsolError("ERR_WSOL_USAGE", `expected '--run' once or twice, got it ${args.run.length} times`);
  }
  const models: Localizer[] = [];
  try {
    for (const run of args.run) models.push(await loadModel(run, args, undefined));
    await makeFolder(args.out);
    await interruptible("stopping", (signal) => drawEach(models, images, args, signal));
  } finally {
    for (const model of models) await model.close();
  }
}

async function drawEach(
  models: readonly Localizer[],
  images: readonly string[],
  { out, channels, keepGoing, json }: FeaturesArguments,
  signal: AbortSignal,
): Promise<void> {
  const names = pictureNames(images, ".features.png");
  const all: object[] = [];
  const failures = await forEachImage(images, keepGoing, async (image, index) => {
    const { png, models: seen } = await featureSheet(models, image, { channels, signal });
    const picture = join(out, names[index]!);
    await writeFileAtomically(picture, png);
    if (json) all.push({ image, picture, models: seen });
    else console.log(`${image} -> ${picture}`);
  });
  if (json) printJson(all);
  throwFailures(failures, images.length, "drawn");
}
