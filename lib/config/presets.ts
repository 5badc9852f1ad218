import { DEFAULTS } from "./defaults";
import { mergeConfig } from "./flatten";
import { configOfRecipe, type DataShape, type Origin, type Recipe, type RecipeName, recipeNamed } from "./recipes";
import type { Config, ConfigInput } from "./schema";

/** The ImageNet weights of each backbone, by the names that `model.weights` takes. */
export const IMAGENET_WEIGHTS: Readonly<Record<Config["model"]["backbone"], string>> = {
  preresnet18: "timm/resnetv2_18.ra4_e3600_r224_in1k",
  seresnet50: "timm/seresnet50.ra2_in1k",
  resnet18: "torchvision/resnet18",
  resnet50: "torchvision/resnet50",
};

/**
 * A configuration that follows a preset: the recipe of that name, and the weights that it starts from, those of the backbone
 * that is chosen. Every key that `changes` gives, `model.weights: null` too, is as given.
 * @example fit(data, { ...presetConfig("cub", { loss: { lambda: 1e-4 } }), out: "runs/entropy" })
 * @throws ERR_WSOL_ARGUMENT for a name that is none
 */
export function presetConfig(name: RecipeName, changes: ConfigInput = {}): ConfigInput {
  const recipe = recipeNamed(name, "preset");
  const config = mergeConfig(configOfRecipe(recipe), changes);
  const weights = weightsOf(recipe, config.model?.backbone);
  return weights === null ? config : mergeConfig({ model: { weights } }, config);
}

/** The weights that a recipe starts from with a backbone; null: random ones, or no backbone that there is. */
export function weightsOf(
  { startsFrom }: Pick<Recipe, "startsFrom">,
  backbone: string = DEFAULTS.model.backbone,
): string | null {
  if (startsFrom !== "ImageNet weights" || !Object.hasOwn(IMAGENET_WEIGHTS, backbone)) return null;
  return IMAGENET_WEIGHTS[backbone as Config["model"]["backbone"]];
}

/** What to say where a preset is for another data set than this; null where it fits. */
export function presetMisfit(name: RecipeName, shape: DataShape): string | null {
  const { data, fits } = recipeNamed(name, "preset");
  if (fits(shape)) return null;
  const { numClasses, train, val, test } = shape;
  return `the preset '${name}' is for ${data}; this data set has ${numClasses} classes and ${train} / ${val} / ${test} images in train / val / test`;
}

/** A preset as `wsol presets --json` prints it. */
export interface PresetDescription {
  readonly name: RecipeName;
  /** The data set, or what kind of one. */
  readonly data: string;
  readonly startsFrom: Recipe["startsFrom"];
  /** `model.weights` for each backbone; null: random. */
  readonly weights: Readonly<Record<string, string>> | null;
  /** By dotted keys, each with where its value is from. What is not here has its default. */
  readonly settings: Readonly<Record<string, { readonly value: number | string | boolean; readonly from: Origin }>>;
}

export function describePreset(name: RecipeName): PresetDescription {
  const { data, startsFrom, settings } = recipeNamed(name, "preset");
  const weights = startsFrom === "ImageNet weights" ? IMAGENET_WEIGHTS : null;
  return { name, data, startsFrom, weights, settings };
}
