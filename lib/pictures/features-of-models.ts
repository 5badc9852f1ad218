import { dirname } from "node:path";
import { invalidArgument } from "../errors";
import type { ImageInput } from "../localize/image-input";
import { Localizer } from "../localize/localizer";
import { decodeUpright } from "../localize/prepare-images";
import { checkOptions, type OptionKeys } from "../options";
import { shortNames } from "../runs/summary";
import { checkChannels, MOST_BLOCKS, renderFeatureSheet } from "./feature-sheet";
import { strongestChannels } from "./stage-maps";

export interface FeatureSheetOptions {
  /** Channels shown of each stage, those of largest energy about their own mean; 0 to 64. @default 4 */
  readonly channels?: number;
  /** What to call the models. @default the run folders' or weights files' shortest names that differ */
  readonly names?: readonly string[];
  readonly signal?: AbortSignal;
}

const KNOWN: OptionKeys<FeatureSheetOptions> = { channels: true, names: true, signal: true };

/** What one model sees in the image. */
export interface SheetModel {
  readonly name: string;
  /** The most probable class. */
  readonly label: number;
  /** Its name, where the data set had names. */
  readonly className: string | null;
  readonly probability: number;
  /** H(p) of the prediction, in nats. */
  readonly entropy: number;
  readonly stages: readonly SheetStage[];
}

export interface SheetStage {
  readonly stage: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** The channels in the sheet, from 0, in its order. */
  readonly shown: readonly number[];
}

export interface FeatureSheet {
  readonly png: Uint8Array;
  readonly models: readonly SheetModel[];
}

/**
 * The paper's figure of an image: the features of every stage, of one model or of two side by side, as a labelled sheet.
 * The models may differ in all: backbone, classes, image size.
 *
 * @throws ERR_WSOL_IMAGE naming the image, ERR_WSOL_ARGUMENT, ERR_WSOL_CLOSED
 */
export async function featureSheet(
  models: Localizer | readonly Localizer[],
  image: ImageInput,
  options: FeatureSheetOptions = {},
): Promise<FeatureSheet> {
  checkOptions(options, KNOWN);
  const all = checkModels(models);
  const { channels = 4, names = namesOf(all), signal } = options;
  checkChannels(channels);
  if (!Array.isArray(names) || names.length !== all.length)
    throw invalidArgument("names", `${all.length}, one for each model`, names);
  signal?.throwIfAborted();
  const decoded = await decodeUpright(image, all[0]!.config.data);
  const pixels = { ...decoded, channels: 3 } as const;
  const seen = [];
  for (const [index, model] of all.entries()) {
    const [found] = await model.localize(pixels, signal ? { signal } : {});
    const { label, className, probability, entropy } = found!;
    const stages = await model.features(pixels, signal ? { signal } : {});
    seen.push({ name: names[index]!, label, className, probability, entropy, stages });
  }
  const blocks = seen.map(({ stages, ...prediction }) => ({ title: titleOf(prediction), stages }));
  const png = await renderFeatureSheet({ image: decoded, blocks, channels });
  const described = seen.map(({ stages, ...prediction }) => ({
    ...prediction,
    stages: stages.map(({ data: _, ...stage }, index) => ({
      ...stage,
      shown: strongestChannels(stages[index]!, channels),
    })),
  }));
  return { png, models: described };
}

function checkModels(models: Localizer | readonly Localizer[]): readonly Localizer[] {
  const all = models instanceof Localizer ? [models] : models;
  if (
    Array.isArray(all) &&
    all.length >= 1 &&
    all.length <= MOST_BLOCKS &&
    all.every((one) => one instanceof Localizer)
  )
    return all;
  throw invalidArgument("models", `a Localizer, or an array of 1 to ${MOST_BLOCKS}`, models);
}

function namesOf(models: readonly Localizer[]): string[] {
  return shortNames(models.map(({ source }) => (source.checkpoint === null ? source.path : dirname(source.path))));
}

function titleOf({ name, label, className, probability, entropy }: Omit<SheetModel, "stages">): string {
  return `${name}: ${className ?? `class ${label}`} ${(100 * probability).toFixed(1)} %, entropy ${entropy.toFixed(2)}`;
}
