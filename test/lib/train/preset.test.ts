import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sweep } from "../../../lib/studies/sweep/sweep";
import { fit as train } from "../../../lib/train/fit";
import { caught } from "../../support/caught";
import { GREY_SIDE, greyIds, writeGreySplit } from "../../support/grey-data";
import { temporaryFolder } from "../../support/temporary-folder";

jest.mock("../../../lib/native/load-torch", () => require("../../support/fake-torch"));

const folder = temporaryFolder();
const data = join(folder, "data");
const SMALL_RUN = {
  data: { imageSize: GREY_SIDE, cropSize: GREY_SIDE },
  optim: { epochs: 1, batchSize: 4 },
  scoreMap: { size: GREY_SIDE },
  device: "cpu",
} as const;
const configOf = (out: string) => JSON.parse(readFileSync(join(out, "config.json"), "utf8"));

beforeAll(async () => {
  await writeGreySplit(data, "train", { ids: greyIds("train", 8) });
  await writeGreySplit(data, "val", { ids: greyIds("val", 4) });
});

test("a run with a preset has its recipe where nothing else is given, and warns where the data set is another", async () => {
  const out = join(folder, "cub");
  const warnings: string[] = [];
  const config = { ...SMALL_RUN, model: { weights: null }, out };
  await train(data, config, { preset: "cub", onWarning: (message) => warnings.push(message) });
  expect(configOf(out)).toMatchObject({
    optim: { lr: 2.3222617e-4, decayEvery: 15, epochs: 1, batchSize: 4 },
    model: { weights: null },
  });
  expect(warnings).toEqual([
    expect.stringContaining("the preset 'cub' is for CUB-200-2011; this data set has 3 classes"),
  ]);
});

test("a run with a preset resumes with the same preset, and not with another", async () => {
  const out = join(folder, "resumed");
  await train(data, { ...SMALL_RUN, out }, { preset: "small" });
  const again = { ...SMALL_RUN, optim: { epochs: 2, batchSize: 4 }, out };
  await train(data, again, { preset: "small", resume: true, onWarning: () => undefined });
  const error = await caught(() => train(data, again, { preset: "cub", resume: true, onWarning: () => undefined }));
  expect(error.code).toBe("ERR_WSOL_CONFIG");
});

test("a preset that does not exist is refused before anything is written", async () => {
  const error = await caught(() => train(data, { out: join(folder, "none") }, { preset: "imagenet" as "cub" }));
  expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter: "preset" } });
});

test("the arms of a sweep with a preset start from the weights of their own backbones", async () => {
  const out = join(folder, "study");
  const vary = { "model.backbone": ["resnet18", "seresnet50"], "loss.lambda": [0, 0.1] };
  const running = { out, preset: "voc2012", vary, config: SMALL_RUN, onWarning: () => undefined } as const;
  await sweep(data, { ...running, split: "val" });
  const { arms, config } = JSON.parse(readFileSync(join(out, "study.json"), "utf8"));
  expect(config.optim).toMatchObject({ lr: 1e-3, epochs: 1 });
  const weights = arms.map(({ name, settings }: { name: string; settings: Record<string, unknown> }) => [
    name,
    settings["model.weights"],
  ]);
  expect(weights).toEqual([
    ["model.backbone=resnet18_loss.lambda=0", "torchvision/resnet18"],
    ["model.backbone=resnet18_loss.lambda=0.1", "torchvision/resnet18"],
    ["model.backbone=seresnet50_loss.lambda=0", "timm/seresnet50.ra2_in1k"],
    ["model.backbone=seresnet50_loss.lambda=0.1", "timm/seresnet50.ra2_in1k"],
  ]);
});
