import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigInput } from "../../../lib/config/schema";
import { Dataset } from "../../../lib/data/dataset";
import { epochOrder } from "../../../lib/data/sampler";
import type { EpochEvent, FitEvent, SkippedEvent } from "../../../lib/runs/events";
import { readRunSummaries } from "../../../lib/runs/summary";
import { fit as train } from "../../../lib/train/fit";
import type { FitOptions } from "../../../lib/train/options";
import { caught } from "../../support/caught";
import { GREY_SIDE, greyIds, writeGreySplit } from "../../support/grey-data";
import { loggedEvents } from "../../support/run-files";
import { temporaryFolder } from "../../support/temporary-folder";

jest.mock("../../../lib/native/load-torch", () => require("../../support/fake-torch"));

const folder = temporaryFolder();
const data = join(folder, "data");
const CONFIG = {
  data: { imageSize: GREY_SIDE, cropSize: GREY_SIDE, onBadImage: "skip" },
  optim: { epochs: 3, batchSize: 4, lr: 0.01 },
  scoreMap: { size: GREY_SIDE },
  device: "cpu",
} as const satisfies ConfigInput;
/** The four images of the second epoch's first batch but one: it is passed over. */
const alone = [...epochOrder({ count: 10, seed: 0, epoch: 1, batchSize: 4 })].slice(0, 4);
const bad = alone.slice(0, 3);

beforeAll(async () => {
  await writeGreySplit(data, "train", { ids: greyIds("train", 10) });
  await writeGreySplit(data, "val", { ids: greyIds("val", 5) });
  const split = (await Dataset.open(data)).split("train");
  await rm(split.imagePath(bad[0]!));
  await writeFile(split.imagePath(bad[1]!), "");
  await writeFile(split.imagePath(bad[2]!), "no image");
  await writeFile(join(data, "images", "val-2.png"), "no image");
});

async function events(out: string, config: ConfigInput = CONFIG, options: FitOptions = {}) {
  const warnings: string[] = [];
  const seen: FitEvent[] = [];
  const run = train(data, { ...config, out }, { onWarning: (message) => warnings.push(message), ...options });
  for await (const event of run) seen.push(event);
  return { seen, warnings };
}

const epochs = (seen: readonly object[]) =>
  (seen as FitEvent[]).filter((event): event is EpochEvent => event.type === "epoch");
const skipped = (seen: readonly object[]) =>
  (seen as FitEvent[]).filter((event): event is SkippedEvent => event.type === "skipped");
/** What an epoch says, but for how long it took. */
const timeless = (seen: readonly object[]) =>
  epochs(seen).map(({ seconds: _, imagesPerSecond: __, waitFraction: ___, ...event }) => event);

test("bad images are left out of every epoch, counted in each, and named once in events, log, warnings and summary", async () => {
  const out = join(folder, "whole");
  const { seen, warnings } = await events(out);
  const named = skipped(seen).map(({ split, image, code }) => [split, image, code]);
  expect(named).toHaveLength(4);
  expect(named.filter(([split]) => split === "train").map(([, image]) => image)).toEqual(
    expect.arrayContaining(bad.map((index) => `train-${index}.png`)),
  );
  expect(named).toContainEqual(["val", "val-2.png", "ERR_WSOL_IMAGE"]);
  expect(warnings).toHaveLength(4);
  expect(warnings.every((message) => /^skipped in (train|val): image '/.test(message))).toBe(true);
  expect(epochs(seen).map(({ skipped: count, val }) => [count, val?.skipped])).toEqual([
    [3, 1],
    [3, 1],
    [3, 1],
  ]);
  expect(skipped(loggedEvents(out))).toEqual(skipped(seen));
  const [summary] = await readRunSummaries([out]);
  expect(summary!.skipped).toEqual(skipped(seen));
});

test("a batch of which one image is left is passed over, and the steps keep their numbers", async () => {
  const out = join(folder, "alone");
  const steps: (readonly [epoch: number, step: number, images: number])[] = [];
  await events(out, CONFIG, { onStep: ({ epoch, step, images }) => steps.push([epoch, step, images]) });
  const ofSecond = steps.filter(([epoch]) => epoch === 2);
  expect(ofSecond.map(([, step]) => step)).toEqual([2, 3]);
  expect(ofSecond.map(([, , images]) => images)).toEqual([4, 2]);
});

test("a run that is stopped in an epoch and resumed ends with the weights, the counts and the log of one that was not", async () => {
  const out = join(folder, "resumed");
  for (const resume of [false, true]) {
    const controller = new AbortController();
    let steps = 0;
    const onStep = () => {
      steps += 1;
      if (steps === 2) controller.abort("enough");
    };
    const options = { signal: controller.signal, onStep, resume };
    expect(await caught(() => events(out, resume ? {} : CONFIG, options))).toBe("enough");
  }
  const { warnings } = await events(out, {}, { resume: true });
  expect(warnings).toEqual([]);
  const whole = join(folder, "whole");
  for (const file of ["last.safetensors", "best.safetensors"]) {
    expect((await readFile(join(out, file))).equals(await readFile(join(whole, file)))).toBe(true);
  }
  expect(timeless(loggedEvents(out))).toEqual(timeless(loggedEvents(whole)));
  expect(skipped(loggedEvents(out))).toEqual(skipped(loggedEvents(whole)));
});

test("without the setting a bad image stops the run before its first step, and none of it is named as skipped", async () => {
  const error = await caught(() => events(join(folder, "stopped"), { ...CONFIG, data: { imageSize: 8, cropSize: 8 } }));
  expect(error).toMatchObject({ code: "ERR_WSOL_IMAGE", details: { split: "train" } });
});

test("a run that a bad image stopped goes on with the setting, to the weights of a run that always had it", async () => {
  const root = join(folder, "later");
  await cp(data, root, { recursive: true });
  const whole = await Dataset.open(root);
  // All sound at first.
  for (const name of ["train", "val"]) {
    const split = whole.split(name);
    for (const index of split.ids.keys()) await cp(join(data, "images", "val-0.png"), split.imagePath(index));
  }
  const out = join(folder, "goes-on");
  const stop = { ...CONFIG, data: { ...CONFIG.data, onBadImage: "stop" as const } };
  const controller = new AbortController();
  const options = { signal: controller.signal, onStep: () => controller.abort("enough") };
  expect(await caught(() => train(root, { ...stop, out }, options))).toBe("enough");
  // One that the first step has not seen goes bad.
  const order = epochOrder({ count: 10, seed: 0, epoch: 0, batchSize: 4 });
  await rm(whole.split("train").imagePath(order[7]!));
  expect(await caught(() => train(root, { out }, { resume: true }))).toMatchObject({ code: "ERR_WSOL_IMAGE" });
  await train(root, { out, data: { onBadImage: "skip" } }, { resume: true, onWarning: () => undefined });
  const always = join(folder, "always");
  await train(root, { ...CONFIG, out: always }, { onWarning: () => undefined });
  const weightsOf = (run: string) => readFile(join(run, "last.safetensors"));
  expect((await weightsOf(out)).equals(await weightsOf(always))).toBe(true);
  expect(skipped(loggedEvents(out))).toEqual(skipped(loggedEvents(always)));
});

test("a training set of which nothing can be used is an error, not a run of nothing", async () => {
  const root = join(folder, "nothing");
  await cp(data, root, { recursive: true });
  await rm(join(root, "images"), { recursive: true });
  const warnings: string[] = [];
  const run = train(root, { ...CONFIG, out: join(folder, "none") }, { onWarning: (message) => warnings.push(message) });
  expect(await caught(() => run)).toMatchObject({ code: "ERR_WSOL_IMAGE", details: { root, split: "train" } });
  expect(warnings).toHaveLength(10);
});
