import { DEFAULTS } from "../../../lib/config/defaults";
import { weightsNamed } from "../../../lib/config/named-weights";
import { describePreset, IMAGENET_WEIGHTS, presetConfig, presetMisfit } from "../../../lib/config/presets";
import { RECIPE_NAMES, recipeNamed } from "../../../lib/config/recipes";
import { resolveConfig } from "../../../lib/config/resolve";
import { configSchema } from "../../../lib/config/schema";
import { caught } from "../../support/caught";

describe("presetConfig", () => {
  test("is the recipe, from the ImageNet weights of the default backbone", () => {
    const { optim, data, model } = resolveConfig(presetConfig("cub"));
    expect(optim).toMatchObject({ lr: 2.3222617e-4, epochs: 50, decayEvery: 15, classifierLrMultiplier: 10 });
    expect(data).toMatchObject({ imageSize: 256, cropSize: 224 });
    expect(model).toMatchObject({
      backbone: DEFAULTS.model.backbone,
      weights: "timm/resnetv2_18.ra4_e3600_r224_in1k",
    });
  });

  test.each(Object.entries(IMAGENET_WEIGHTS))("with %s starts from %s", (backbone, weights) => {
    const changes = { model: { backbone: backbone as "resnet50" } };
    expect(presetConfig("oxford-pet", changes).model).toEqual({ backbone, weights });
  });

  test("is beaten by every key that is given, also by weights of null", () => {
    const config = resolveConfig(
      presetConfig("cub", { model: { weights: null }, optim: { lr: 0.5 }, loss: { lambda: 0.1 } }),
    );
    expect(config.model.weights).toBeNull();
    expect(config.optim).toMatchObject({ lr: 0.5, epochs: 50 });
    expect(config.loss.lambda).toBe(0.1);
    expect(presetConfig("cub", { model: { weights: "own.safetensors" } }).model?.weights).toBe("own.safetensors");
  });

  test("of small starts from random weights", () => {
    expect(resolveConfig(presetConfig("small")).model).toMatchObject({ backbone: "resnet18", weights: null });
  });

  test("refuses a name that is none", async () => {
    const error = await caught(() => presetConfig("imagenet" as "cub"));
    expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter: "preset" } });
  });

  test("leaves a backbone that does not exist for the schema to refuse", async () => {
    const config = presetConfig("cub", { model: { backbone: "vgg" as "resnet50" } });
    expect(await caught(() => resolveConfig(config))).toMatchObject({ details: { key: "model.backbone" } });
  });
});

test("every backbone has its ImageNet weights, a name that model.weights takes for it", () => {
  for (const [backbone, weights] of Object.entries(IMAGENET_WEIGHTS)) {
    expect(weightsNamed(weights)?.backbone).toBe(backbone);
  }
  const { backbone } = configSchema.shape.model.unwrap().shape;
  expect(Object.keys(IMAGENET_WEIGHTS).sort()).toEqual([...backbone.unwrap().options].sort());
});

describe("presetMisfit", () => {
  test("is null for the data set that the preset is for, and for small always", () => {
    expect(presetMisfit("cub", { numClasses: 200, train: 5_994, val: 0, test: 5_794 })).toBeNull();
    expect(presetMisfit("small", { numClasses: 2, train: 9, val: 0, test: 0 })).toBeNull();
  });

  test("tells what the preset is for and what the data set has", () => {
    expect(presetMisfit("cub", { numClasses: 12, train: 720, val: 120, test: 300 })).toBe(
      "the preset 'cub' is for CUB-200-2011; this data set has 12 classes and 720 / 120 / 300 images in train / val / test",
    );
  });
});

test("describePreset tells each setting with its origin, and the weights of each backbone", () => {
  for (const name of RECIPE_NAMES) expect(describePreset(name).settings).toBe(recipeNamed(name).settings);
  expect(describePreset("cub")).toMatchObject({ data: "CUB-200-2011", weights: IMAGENET_WEIGHTS });
  expect(describePreset("small").weights).toBeNull();
});
