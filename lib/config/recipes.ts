import { invalidArgument } from "../errors";
import { applySettings } from "./resolve";
import type { ConfigInput } from "./schema";

export const RECIPE_NAMES = [
  ...(["cub", "openimages30k", "ilsvrc", "oxford-pet", "oxford-flowers", "voc2012", "small"] as const),
] as const;
export type RecipeName = (typeof RECIPE_NAMES)[number];

/** Where a number comes from: the reference evaluator's code, its published search, the paper, or this package. */
export type Origin = "the reference" | "reference's search" | "the paper" | "ours";

export interface RecipeSetting {
  readonly value: number | string | boolean;
  readonly from: Origin;
}

/** What tells data sets apart: how many classes, and images of each split; a split that is not there has 0. */
export interface DataShape {
  readonly numClasses: number;
  readonly train: number;
  readonly val: number;
  readonly test: number;
}

/** How a data set is trained on: a row of {@link RECIPES}. */
export interface Recipe {
  readonly name: RecipeName;
  /** The data set, or what kind of one. */
  readonly data: string;
  /** What the network is meant to start from; weights are given as `model.weights`. */
  readonly startsFrom: "ImageNet weights" | "random weights";
  /** By dotted keys; what is not here has its default. */
  readonly settings: Readonly<Record<string, RecipeSetting>>;
  /** Whether data of this shape is this data set; `val` may have been taken out of `train`. */
  readonly fits: (shape: DataShape) => boolean;
}

const reference = (value: RecipeSetting["value"]): RecipeSetting => ({ value, from: "the reference" });
const searched = (value: RecipeSetting["value"]): RecipeSetting => ({ value, from: "reference's search" });
const paper = (value: RecipeSetting["value"]): RecipeSetting => ({ value, from: "the paper" });
const ours = (value: RecipeSetting["value"]): RecipeSetting => ({ value, from: "ours" });

/** What the reference does on every data set. */
const COMMON: Recipe["settings"] = {
  "data.imageSize": reference(256),
  "data.cropSize": reference(224),
  "data.flip": reference(0.5),
  "optim.schedule": reference("step"),
  "optim.decayFactor": reference(0.1),
  "optim.batchSize": reference(32),
  "optim.momentum": reference(0.9),
  "optim.nesterov": reference(true),
  "optim.weightDecay": reference(1e-4),
  "optim.classifierLrMultiplier": reference(10),
};

interface Own {
  readonly lr: RecipeSetting;
  readonly epochs: RecipeSetting;
  readonly decayEvery: RecipeSetting;
  readonly sigma: RecipeSetting;
}

function settings({ lr, epochs, decayEvery, sigma }: Own): Recipe["settings"] {
  return {
    "optim.lr": lr,
    "optim.epochs": epochs,
    "optim.decayEvery": decayEvery,
    "evaluation.sigma": sigma,
    ...COMMON,
  };
}

/** Of the data sets for which no recipe was published. */
const UNPUBLISHED = settings({ lr: ours(1e-3), epochs: ours(50), decayEvery: ours(15), sigma: ours(0.15) });

const trained = ({ train, val }: DataShape) => train + val;

/** In the order in which they are tried; the last fits everything. */
export const RECIPES: readonly Recipe[] = [
  {
    name: "cub",
    data: "CUB-200-2011",
    startsFrom: "ImageNet weights",
    settings: settings({
      lr: searched(2.3222617e-4),
      epochs: reference(50),
      decayEvery: reference(15),
      sigma: paper(0.15),
    }),
    // A `val` of other photographs, or one that was taken out of `train`.
    fits: (shape) =>
      shape.numClasses === 200 && [shape.train, trained(shape)].includes(5_994) && [0, 5_794].includes(shape.test),
  },
  {
    name: "openimages30k",
    data: "OpenImages30k",
    startsFrom: "ImageNet weights",
    settings: settings({
      lr: searched(1.07117324e-3),
      epochs: reference(10),
      decayEvery: reference(3),
      sigma: ours(0.15),
    }),
    fits: ({ numClasses, train, val, test }) =>
      numClasses === 100 && train === 29_819 && [0, 2_500].includes(val) && [0, 5_000].includes(test),
  },
  {
    name: "ilsvrc",
    data: "ILSVRC (ImageNet)",
    startsFrom: "ImageNet weights",
    settings: settings({
      lr: searched(3.108411e-5),
      epochs: reference(10),
      decayEvery: reference(3),
      sigma: ours(0.15),
    }),
    fits: ({ numClasses }) => numClasses === 1_000,
  },
  {
    name: "oxford-pet",
    data: "Oxford-IIIT Pet",
    startsFrom: "ImageNet weights",
    settings: UNPUBLISHED,
    fits: (shape) => shape.numClasses === 37 && trained(shape) === 3_680 && [0, 3_669].includes(shape.test),
  },
  {
    name: "oxford-flowers",
    data: "Oxford-102 flowers",
    startsFrom: "ImageNet weights",
    settings: UNPUBLISHED,
    fits: (shape) => shape.numClasses === 102 && trained(shape) + shape.test === 8_189,
  },
  {
    name: "voc2012",
    data: "PASCAL VOC 2012, segmentation",
    startsFrom: "ImageNet weights",
    settings: UNPUBLISHED,
    fits: (shape) => shape.numClasses === 20 && trained(shape) === 1_464 && [0, 1_449].includes(shape.test),
  },
  {
    name: "small",
    data: "a few hundred or thousand photographs of your own",
    startsFrom: "random weights",
    settings: {
      "model.backbone": ours("resnet18"),
      "data.imageSize": ours(146),
      "data.cropSize": ours(128),
      "optim.lr": ours(0.05),
      "optim.schedule": ours("onecycle"),
      "optim.epochs": ours(15),
      "optim.batchSize": ours(32),
      "evaluation.sigma": ours(0.15),
    },
    fits: () => true,
  },
];

/** @throws ERR_WSOL_ARGUMENT for a name that is not in {@link RECIPE_NAMES}, the value of `parameter` */
export function recipeNamed(name: string, parameter = "recipe"): Recipe {
  const recipe = RECIPES.find((row) => row.name === name);
  if (recipe === undefined) throw invalidArgument(parameter, `one of ${RECIPE_NAMES.join(", ")}`, name);
  return recipe;
}

/** The recipe of a data set that is recognised by its class count and the sizes of its splits; else `small`. */
export function recipeFor(shape: DataShape): Recipe {
  return RECIPES.find((recipe) => recipe.fits(shape))!;
}

/** What `--set` would be given for it. */
export function configOfRecipe({ settings }: Pick<Recipe, "settings">): ConfigInput {
  return applySettings(
    {},
    Object.entries(settings).map(([key, { value }]) => `${key}=${JSON.stringify(value)}`),
  );
}
