import { join } from "node:path";
import type { Command } from "commander";
import { Dataset } from "../../data/dataset";
import { type DecodedImage, decodeImage } from "../../data/images/decode";
import type { Box } from "../../data/split";
import { TrueBoxes } from "../../data/true-boxes";
import { makeFolder, writeFileAtomically } from "../../files";
import type { Localization } from "../../localize/localize";
import type { Localizer } from "../../localize/localizer";
import { renderPanels } from "../../pictures/panel";
import type { Checkpoint } from "../../runs/run-folder";
import { forEachImage, pictureNames, throwFailures } from "../each-image";
import { interruptible } from "../interruption";
import { loadModelOrWeights } from "../load-model";
import { checkpoint, collect, fraction, printJson, refuseIdle, wholeNumber } from "../options";
import { percent } from "../percent";

interface LocalizeArguments {
  readonly run?: string;
  readonly weights?: string;
  readonly backbone?: string;
  readonly classes?: string;
  readonly out?: string;
  readonly top?: number;
  readonly minProbability?: number;
  readonly threshold?: number;
  readonly data?: string;
  readonly set?: readonly string[];
  readonly checkpoint?: Checkpoint;
  readonly device?: string;
  readonly keepGoing?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("localize")
    .description("Class, box and score map of images; with --out the paper's three panels as PNG.")
    .argument("<image...>", "JPEG, PNG or WebP files")
    .option("--run <dir>", "run folder, or a weights file of one")
    .option("--weights <file>", "weights of any tool instead, or a name such as torchvision/resnet50")
    .option("--backbone <name>", "network of a --weights file that does not tell its own")
    .option("--classes <file>", "class names of --weights, one per line")
    .option("--out <dir>", "folder for the pictures")
    .option("--top <k>", "classes per image, from the most probable on (default: 1)", wholeNumber(1))
    .option(
      "--min-probability <p>",
      "beside the most probable class all of at least this probability (default for loss.multiLabel=bce: 0.5)",
      fraction,
    )
    .option("--threshold <t>", "where to cut the score map (default: the best on val, else sigma)", fraction)
    .option("--data <dir>", "data set whose true boxes are drawn in red, where it holds the image (with --out)")
    .option(
      "--set <key=value>",
      "a key of scoreMap, with --weights also of model or data; may be repeated (default: as trained)",
      collect,
    )
    .option("--checkpoint <name>", "last or best (default: last)", checkpoint)
    .option("--device <name>", "auto, cpu or cuda:N (default: auto)")
    .option("--keep-going", "go on after an image that cannot be read (default: with several images)")
    .option("--no-keep-going", "stop at the first image that cannot be read")
    .option("--json", "print the results as JSON")
    .action(localize);
}

interface Found {
  readonly image: string;
  readonly localizations: readonly Localization[];
  readonly picture: string | null;
}

async function localize(images: readonly string[], args: LocalizeArguments): Promise<void> {
  const { out } = args;
  if (out === undefined) refuseIdle({ "--data": args.data }, "without '--out'");
  const model = await loadModelOrWeights(args);
  try {
    if (out !== undefined) await makeFolder(out);
    await interruptible("stopping", (signal) => localizeEach(model, images, args, signal));
  } finally {
    await model.close();
  }
}

async function localizeEach(
  model: Localizer,
  images: readonly string[],
  args: LocalizeArguments,
  signal: AbortSignal,
): Promise<void> {
  const names = pictureNames(images, ".png");
  const truth = args.data === undefined ? null : new TrueBoxes(await Dataset.open(args.data));
  const all: object[] = [];
  const failures = await forEachImage(images, args.keepGoing, async (image, index) => {
    const found = await localizeFile(model, image, names[index]!, args, truth, signal);
    if (args.json) all.push(withoutPixels(found));
    else console.log(describeFound(found));
  });
  if (args.json) printJson(all);
  throwFailures(failures, images.length, "localized");
}

async function localizeFile(
  model: Localizer,
  image: string,
  name: string,
  { out, top, minProbability, threshold }: LocalizeArguments,
  truth: TrueBoxes | null,
  signal: AbortSignal,
): Promise<Found> {
  signal.throwIfAborted();
  const pixels = await decodeImage(image, { cmyk: model.config.data.cmyk, applyOrientation: true });
  const localizations = await model.localize(
    { ...pixels, channels: 3 },
    {
      signal,
      ...(top !== undefined && { topK: top }),
      ...(minProbability !== undefined && { minProbability }),
      ...(threshold !== undefined && { threshold }),
    },
  );
  const picture = out === undefined ? null : join(out, name);
  if (picture !== null) {
    await writePicture(picture, pixels, localizations[0]!, (await truth?.upright(image)) ?? null);
  }
  return { image, localizations, picture };
}

async function writePicture(
  path: string,
  image: DecodedImage,
  found: Localization,
  truth: readonly Box[] | null,
): Promise<void> {
  const { data, width, height } = found.scoreMap;
  const png = await renderPanels({
    image,
    scoreMap: data,
    mapWidth: width,
    mapHeight: height,
    predicted: found.box,
    truth,
    caption: `${nameOf(found)}  ${percent(found.probability)}`,
  });
  await writeFileAtomically(path, png);
}

function describeFound({ image, localizations, picture }: Found): string {
  const lines = localizations.map(
    (found) => `  ${nameOf(found)}  ${percent(found.probability)}  box ${found.box.join(" ")}`,
  );
  return [picture === null ? image : `${image} -> ${picture}`, ...lines].join("\n");
}

function nameOf({ className, label }: Localization): string {
  return className ?? `class ${label}`;
}

// 50,000 numbers of a score map are not what a JSON reader on the command line wants.
function withoutPixels({ image, localizations, picture }: Found): object {
  return {
    image,
    picture,
    localizations: localizations.map(({ scoreMap, rawScoreMap, ...rest }) => ({
      ...rest,
      scoreMap: { width: scoreMap.width, height: scoreMap.height },
    })),
  };
}
