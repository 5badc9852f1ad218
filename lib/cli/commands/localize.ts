import { mkdir } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { Command } from "commander";
import { Dataset } from "../../data/dataset";
import { type DecodedImage, decodeImage } from "../../data/images/decode";
import type { Box } from "../../data/split";
import { TrueBoxes } from "../../data/true-boxes";
import { cannotWrite, writeFileAtomically } from "../../files";
import type { Localization } from "../../localize/localize";
import { Localizer } from "../../localize/localizer";
import { renderPanels } from "../../pictures/panel";
import type { Checkpoint } from "../../runs/run-folder";
import { interruptible } from "../interruption";
import { fraction, printJson, wholeNumber } from "../options";

interface LocalizeArguments {
  readonly run: string;
  readonly out?: string;
  readonly top: number;
  readonly threshold?: number;
  readonly data?: string;
  readonly checkpoint: Checkpoint;
  readonly device?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("localize")
    .description("Class, box and score map of images; with --out the paper's three panels as PNG.")
    .argument("<image...>", "JPEG or PNG files")
    .requiredOption("--run <dir>", "run folder, or a weights file")
    .option("--out <dir>", "folder for the pictures")
    .option("--top <k>", "classes per image, from the most probable on", wholeNumber(1), 1)
    .option("--threshold <t>", "where to cut the score map (default: the best on val, else sigma)", fraction)
    .option("--data <dir>", "data set whose true boxes are drawn in red, where it holds the image")
    .option("--checkpoint <name>", "last or best", "last")
    .option("--device <name>", "auto, cpu or cuda:N")
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
  if (out !== undefined) {
    await mkdir(out, { recursive: true }).catch((cause) => {
      throw cannotWrite(out, cause);
    });
  }
  const model = await Localizer.load(args.run, {
    checkpoint: args.checkpoint,
    ...(args.device !== undefined && { device: args.device }),
  });
  try {
    await interruptible("stopping", async (signal) => {
      const names = pictureNames(images);
      const truth = args.data === undefined ? null : new TrueBoxes(await Dataset.open(args.data));
      const all: object[] = [];
      for (const [index, image] of images.entries()) {
        signal.throwIfAborted();
        const pixels = await decodeImage(image, { cmyk: model.config.data.cmyk, applyOrientation: true });
        const localizations = await model.localize(
          { ...pixels, channels: 3 },
          {
            topK: args.top,
            ...(args.threshold !== undefined && { threshold: args.threshold }),
          },
        );
        const picture = out === undefined ? null : join(out, names[index]!);
        if (picture !== null) {
          await writePicture(picture, pixels, localizations[0]!, (await truth?.upright(image)) ?? null);
        }
        const found = { image, localizations, picture };
        if (args.json) all.push(withoutPixels(found));
        else console.log(describeFound(found));
      }
      if (args.json) printJson(all);
    });
  } finally {
    await model.close();
  }
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

/** One PNG per image, named after it; numbered where two images share a name. */
function pictureNames(images: readonly string[]): string[] {
  const used = new Map<string, number>();
  return images.map((image) => {
    const stem = basename(image, extname(image));
    const count = (used.get(stem) ?? 0) + 1;
    used.set(stem, count);
    return count === 1 ? `${stem}.png` : `${stem}-${count}.png`;
  });
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

function percent(fractionOfOne: number): string {
  return `${(100 * fractionOfOne).toFixed(1)} %`;
}

// 50,000 numbers of a score map are not what a JSON reader on the command line wants.
function withoutPixels({ image, localizations, picture }: Found): object {
  return {
    image,
    picture,
    localizations: localizations.map(({ scoreMap, ...rest }) => ({
      ...rest,
      scoreMap: { width: scoreMap.width, height: scoreMap.height },
    })),
  };
}
