import {
  configOfRecipe,
  type DataShape,
  RECIPE_NAMES,
  RECIPES,
  recipeFor,
  recipeNamed,
} from "../../../lib/config/recipes";
import { resolveConfig } from "../../../lib/config/resolve";
import { caught } from "../../support/caught";

const settingsOf = (name: string) => recipeNamed(name).settings;
const shape = (numClasses: number, train: number, val: number, test: number): DataShape => ({
  ...{ numClasses, train, val, test },
});

test.each([
  ["cub", 2.3222617e-4, "reference's search", 50, 15, "the reference", "the paper"],
  ["openimages30k", 1.07117324e-3, "reference's search", 10, 3, "the reference", "ours"],
  ["ilsvrc", 3.108411e-5, "reference's search", 10, 3, "the reference", "ours"],
  ["oxford-pet", 1e-3, "ours", 50, 15, "ours", "ours"],
  ["oxford-flowers", 1e-3, "ours", 50, 15, "ours", "ours"],
  ["voc2012", 1e-3, "ours", 50, 15, "ours", "ours"],
] as const)(
  "%s has its published numbers, with where they come from",
  (name, lr, lrFrom, epochs, decay, from, sigmaFrom) => {
    expect(settingsOf(name)).toMatchObject({
      "optim.lr": { value: lr, from: lrFrom },
      "optim.epochs": { value: epochs, from },
      "optim.decayEvery": { value: decay, from },
      "evaluation.sigma": { value: 0.15, from: sigmaFrom },
    });
  },
);

test("what the reference does on every data set is in every recipe but small", () => {
  for (const { name, settings, startsFrom } of RECIPES.filter((recipe) => recipe.name !== "small")) {
    const values = Object.fromEntries(Object.entries(settings).map(([key, { value }]) => [key, value]));
    expect({ name, startsFrom, ...values }).toMatchObject({
      startsFrom: "ImageNet weights",
      "data.imageSize": 256,
      "data.cropSize": 224,
      "data.flip": 0.5,
      "optim.schedule": "step",
      "optim.decayFactor": 0.1,
      "optim.batchSize": 32,
      "optim.momentum": 0.9,
      "optim.nesterov": true,
      "optim.weightDecay": 1e-4,
      "optim.classifierLrMultiplier": 10,
    });
  }
});

test("small is ours, from random weights", () => {
  const { settings, startsFrom } = recipeNamed("small");
  expect(startsFrom).toBe("random weights");
  expect(new Set(Object.values(settings).map(({ from }) => from))).toEqual(new Set(["ours"]));
  expect(configOfRecipe({ settings })).toEqual({
    model: { backbone: "resnet18" },
    data: { imageSize: 146, cropSize: 128 },
    optim: { lr: 0.05, schedule: "onecycle", epochs: 15, batchSize: 32 },
    evaluation: { sigma: 0.15 },
  });
});

test("every recipe has its row, and is a configuration that a run can have", () => {
  expect(RECIPES.map(({ name }) => name)).toEqual(RECIPE_NAMES);
  for (const recipe of RECIPES) {
    const config = resolveConfig(configOfRecipe(recipe));
    expect(config.optim.lr).toBe(recipe.settings["optim.lr"]!.value);
  }
});

test.each([
  ["cub", shape(200, 5_994, 0, 5_794)],
  ["cub", shape(200, 4_994, 1_000, 5_794)],
  ["cub", shape(200, 5_994, 1_000, 5_794)],
  ["openimages30k", shape(100, 29_819, 2_500, 5_000)],
  ["ilsvrc", shape(1_000, 1_281_167, 0, 50_000)],
  ["oxford-pet", shape(37, 3_680, 0, 3_669)],
  ["oxford-pet", shape(37, 3_310, 370, 3_669)],
  ["oxford-flowers", shape(102, 1_020, 1_020, 6_149)],
  ["voc2012", shape(20, 1_464, 0, 1_449)],
  ["small", shape(200, 5_000, 0, 5_794)],
  ["small", shape(100, 29_820, 2_500, 5_000)],
  ["small", shape(37, 400, 0, 100)],
  ["small", shape(12, 720, 120, 300)],
] as const)("%s is recognised by %j", (name, data) => {
  expect(recipeFor(data).name).toBe(name);
});

test("a name that does not exist is refused with those that do", async () => {
  const error = await caught(() => recipeNamed("imagenet"));
  expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter: "recipe" } });
  expect(error.message).toContain("cub, openimages30k, ilsvrc, oxford-pet, oxford-flowers, voc2012, small");
});
