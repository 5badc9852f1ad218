import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { writeWeights } from "../../../lib/checkpoint/weights";
import { resolveConfig } from "../../../lib/config/resolve";
import type { ConfigInput } from "../../../lib/config/schema";
import { Localizer } from "../../../lib/localize/localizer";
import { openNetwork } from "../../../lib/models/network";
import { featureSheet } from "../../../lib/pictures/features-of-models";
import { stageMeans } from "../../../lib/pictures/stage-maps";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

jest.setTimeout(60_000);

const folder = temporaryFolder();
const IMAGE = {
  data: Uint8Array.from({ length: 60 * 40 * 3 }, (_, at) => (at * 7 + (at >> 5) * 13) & 0xff),
  width: 60,
  height: 40,
  channels: 3,
} as const;
let model: Localizer;
let other: Localizer;

async function writeRun(name: string, input: ConfigInput, classes: readonly string[]): Promise<string> {
  const config = resolveConfig({ device: "cpu", threads: 1, ...input });
  const network = await openNetwork(config, classes.length);
  const tensors = await network.exportTensors();
  await network.close();
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, "config.json"), JSON.stringify(config));
  const info = { config, numClasses: classes.length, classes, epoch: 1, valThreshold: null };
  await writeWeights(join(folder, name, "last.safetensors"), tensors, info);
  return join(folder, name);
}

beforeAll(async () => {
  const data = { imageSize: 64, cropSize: 64 };
  const one = await writeRun("one", { model: { backbone: "resnet18" }, data }, ["wren", "tit"]);
  const settings = { model: { backbone: "preresnet18" }, data: { imageSize: 32, cropSize: 32 } } as const;
  const two = await writeRun("two", settings, ["bolt", "nut", "screw"]);
  model = await Localizer.load(one, { device: "cpu", threads: 1 });
  other = await Localizer.load(two, { device: "cpu", threads: 1 });
});
afterAll(async () => {
  await model.close();
  await other.close();
});

test("tells of one model its name, prediction, and the stages with the channels in the sheet", async () => {
  const { png, models } = await featureSheet(model, IMAGE, { channels: 2 });
  const [found] = await model.localize(IMAGE);
  const { label, probability, entropy } = found!;
  expect(models).toHaveLength(1);
  expect(models[0]).toMatchObject({ name: "one", label, className: ["wren", "tit"][label], probability, entropy });
  const { stages } = models[0]!;
  expect(stages.map(({ stage, channels, height, width }) => [stage, channels, height, width])).toEqual([
    [1, 64, 16, 16],
    [2, 128, 8, 8],
    [3, 256, 4, 4],
    [4, 512, 4, 4],
  ]);
  for (const { shown } of stages) expect(new Set(shown).size).toBe(2);
  expect((await sharp(png).metadata()).format).toBe("png");
});

test("takes two models that differ in backbone, classes and image size", async () => {
  const { models } = await featureSheet([model, other], IMAGE, { channels: 0, names: ["CAM", "entropy"] });
  expect(models.map(({ name, stages }) => [name, stages[0]!.width, stages[0]!.shown])).toEqual([
    ["CAM", 16, []],
    ["entropy", 8, []],
  ]);
});

test("takes the same model twice, under names that differ", async () => {
  const { models } = await featureSheet([model, model], IMAGE);
  expect(models.map(({ name }) => name)).toEqual(["one (1)", "one (2)"]);
  expect(models[1]).toEqual({ ...models[0], name: "one (2)" });
});

test("stageMeans averages what features gives", async () => {
  const features = await other.features(IMAGE);
  const means = await stageMeans(other, IMAGE);
  expect(means.map(({ stage, height, width }) => [stage, height, width])).toEqual([
    [1, 8, 8],
    [2, 4, 4],
    [3, 2, 2],
    [4, 2, 2],
  ]);
  const first = Array.from({ length: 64 }, (_, channel) => features[0]!.data[channel * 64]!);
  expect(means[0]!.data[0]).toBeCloseTo(first.reduce((a, b) => a + b) / 64, 6);
});

test.each<[string, unknown, object, string]>([
  ["no model", undefined, {}, "models"],
  ["an empty list", [], {}, "models"],
  ["what is no model", [{}], {}, "models"],
  ["too many channels", null, { channels: 65 }, "channels"],
  ["channels that are no number", null, { channels: "4" }, "channels"],
  ["a name too few", null, { names: [] }, "names"],
  ["an option that does not exist", null, { chanels: 3 }, "chanels"],
])("refuses %s", async (_, models, options, name) => {
  const error = await caught(() => featureSheet((models === null ? model : models) as Localizer, IMAGE, options));
  expect([error.code, error.message.includes(`'${name}'`)]).toEqual(["ERR_WSOL_ARGUMENT", true]);
});

test("rejects a bad image by name, an aborted signal with its reason, and a closed model", async () => {
  const missing = join(folder, "missing.jpg");
  const error = await caught(() => featureSheet(model, missing));
  expect([error.code, error.message.includes(missing)]).toEqual(["ERR_WSOL_IMAGE", true]);
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  expect(await caught(() => featureSheet(model, IMAGE, { signal }))).toBe(reason);
  const closed = await Localizer.load(join(folder, "one"), { threads: 1 });
  await closed.close();
  expect(await caught(() => featureSheet(closed, IMAGE))).toMatchObject({ code: "ERR_WSOL_CLOSED" });
});
