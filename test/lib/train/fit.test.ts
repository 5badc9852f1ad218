import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ConfigInput, configSchema } from "../../../lib/config/schema";
import { readTensors } from "../../../lib/formats/tensors";
import type { EpochEvent, FitEvent, StepProgress } from "../../../lib/runs/events";
import { fit as train } from "../../../lib/train/fit";
import type { ValidationProgress } from "../../../lib/train/options";
import { learningRateAt } from "../../../lib/train/schedule";
import { temporaryFolder } from "../../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

const folder = temporaryFolder();
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder);
}, 60_000);

const configFor = (name: string, changes: ConfigInput = {}) => ({
  ...TINY_CONFIG,
  ...changes,
  out: join(folder, name),
});

async function weightsOf(name: string): Promise<Buffer> {
  return readFile(join(folder, name, "last.safetensors"));
}

async function tensorsOf(name: string): Promise<string> {
  const { tensors } = await readTensors(join(folder, name, "last.safetensors"));
  return JSON.stringify(
    tensors.map(({ name: tensor, data: bytes }) => [tensor, Buffer.from(bytes).toString("base64")]),
  );
}

test("a run reports start, every epoch and end, and leaves the files that the documentation names", async () => {
  const run = train(data, configFor("plain"));
  const events: FitEvent[] = [];
  for await (const event of run) events.push(event);
  const result = await run;
  expect(events.map(({ type }) => type)).toEqual(["start", "epoch", "epoch", "end"]);
  const last = events[2] as EpochEvent;
  expect(last.epoch).toBe(2);
  expect(last.step).toBe(8);
  expect(last.meanEntropyFraction).toBeCloseTo(last.meanEntropy / Math.log(3), 12);
  expect(last.val?.gtKnownLoc).toEqual(expect.any(Number));
  expect(last.val?.pxap).toEqual(expect.any(Number));
  expect(result.last).toEqual({ path: join(folder, "plain", "last.safetensors"), epoch: 2 });
  expect(result.best?.epoch).toBeGreaterThan(0);
  const files = await readdir(join(folder, "plain"));
  expect(files.filter((file) => !file.startsWith("events.out.tfevents")).sort()).toEqual(
    [
      "best.safetensors",
      "config.json",
      "environment.json",
      "last.safetensors",
      "metrics.jsonl",
      "run.lock",
      "state.safetensors",
    ].sort(),
  );
  const logged = (await readFile(join(folder, "plain", "metrics.jsonl"), "utf8")).trim().split("\n");
  expect(logged.map((line) => JSON.parse(line).type)).toEqual(["start", "epoch", "epoch", "end"]);
}, 60_000);

test("the same seed gives the same weights, another seed gives others", async () => {
  await train(data, configFor("again"));
  await train(data, configFor("seed", { seed: 1 }));
  expect((await weightsOf("again")).equals(await weightsOf("plain"))).toBe(true);
  expect(await tensorsOf("seed")).not.toBe(await tensorsOf("plain"));
}, 60_000);

test("an abort stops within one step, saves, and a resumed run ends with the uninterrupted run's weights", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  let steps = 0;
  const run = train(data, configFor("aborted"), {
    signal: controller.signal,
    onStep: () => {
      steps += 1;
      if (steps === 6) controller.abort(reason);
    },
  });
  await expect(run).rejects.toBe(reason);
  expect(steps).toBe(6);
  await train(data, configFor("aborted"), { resume: true });
  expect((await weightsOf("aborted")).equals(await weightsOf("plain"))).toBe(true);
  const logged = (await readFile(join(folder, "aborted", "metrics.jsonl"), "utf8")).trim().split("\n");
  const epochs = logged.map((line) => JSON.parse(line)).filter(({ type }) => type === "epoch");
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
}, 60_000);

test("a run that was aborted on an epoch's last step logs that epoch as the uninterrupted run does", async () => {
  const controller = new AbortController();
  const onStep = ({ step, stepsPerEpoch }: StepProgress) => {
    if (step === stepsPerEpoch) controller.abort(new Error("enough"));
  };
  // Batches of 7, 7, 7 and 4 images.
  const changes = { loss: { lambda: 0.1, reduction: "sum" }, optim: { ...TINY_CONFIG.optim, batchSize: 7 } } as const;
  const stopped = train(data, configFor("last-step", changes), { signal: controller.signal, onStep });
  await expect(stopped).rejects.toThrow("enough");
  await train(data, configFor("last-step", changes), { resume: true });
  const text = await readFile(join(folder, "last-step", "metrics.jsonl"), "utf8");
  const events = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const epochs = events.filter(({ type }) => type === "epoch");
  expect(epochs.map(({ effectiveEps }) => effectiveEps)).toEqual(
    [2.1 / 3.1, 2.1 / 3.1].map((eps) => expect.closeTo(eps)),
  );
  expect(epochs.map(({ learningRate }) => learningRate)).toEqual(
    [3, 7].map((step) => learningRateAt(step, 4, configSchema.parse(changes).optim)),
  );
}, 60_000);

test("reports the progress of every validation, and stops with what onValidation throws", async () => {
  const seen: ValidationProgress[] = [];
  await train(data, configFor("validated"), { onValidation: (progress) => seen.push(progress) });
  expect(seen).toEqual([1, 2].map((epoch) => ({ epoch, done: 6, total: 6 })));
  const mistake = new TypeError("mistake");
  const onValidation = () => {
    throw mistake;
  };
  await expect(train(data, configFor("throwing-validation"), { onValidation })).rejects.toBe(mistake);
}, 60_000);

test("a signal that is already aborted starts nothing and leaves no folder", async () => {
  const reason = new Error("never");
  await expect(train(data, configFor("never"), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(existsSync(join(folder, "never"))).toBe(false);
});

test("a throwing onStep stops the run with what it threw and releases the folder", async () => {
  const mistake = new TypeError("mistake");
  const onStep = () => {
    throw mistake;
  };
  await expect(train(data, configFor("throwing"), { onStep })).rejects.toBe(mistake);
  // Nothing was stored, so the folder is free to start in.
  await train(data, configFor("throwing", { optim: { ...TINY_CONFIG.optim, epochs: 1 } }));
}, 30_000);

test("rejects a second run in the same folder, and a resume with another setting", async () => {
  await expect(train(data, configFor("plain"))).rejects.toMatchObject({ code: "ERR_WSOL_RUN_FOLDER" });
  const changed = configFor("plain", { loss: { lambda: 0.5 } });
  await expect(train(data, changed, { resume: true })).rejects.toMatchObject({
    code: "ERR_WSOL_CONFIG",
    details: { key: "loss.lambda" },
  });
});

test("rejects a damaged state file without touching it", async () => {
  await train(data, configFor("damaged", { optim: { ...TINY_CONFIG.optim, epochs: 1 } }));
  const path = join(folder, "damaged", "state.safetensors");
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length - 1000));
  const resumed = train(data, configFor("damaged", { optim: { ...TINY_CONFIG.optim, epochs: 1 } }), { resume: true });
  await expect(resumed).rejects.toMatchObject({ code: "ERR_WSOL_CHECKPOINT" });
  expect((await readFile(path)).length).toBe(bytes.length - 1000);
}, 60_000);

test("rejects cuda where there is none, before anything is written", async () => {
  const run = train(data, configFor("cuda", { device: "cuda:7" }));
  await expect(run).rejects.toMatchObject({ code: "ERR_WSOL_DEVICE" });
  expect(existsSync(join(folder, "cuda", "config.json"))).toBe(false);
});
