import { mkdirSync, rmSync } from "node:fs";
import { cp, readFile, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { weightsInfo, writeWeights } from "../../../lib/checkpoint/weights";
import { resolveConfig } from "../../../lib/config/resolve";
import type { ConfigInput } from "../../../lib/config/schema";
import { sha256Of } from "../../../lib/files";
import { readTensors } from "../../../lib/formats/tensors";
import { EventFile } from "../../../lib/logs/tensorboard";
import type { EndEvent, EpochEvent, FitEvent, StartEvent, StepProgress } from "../../../lib/runs/events";
import { fit as train } from "../../../lib/train/fit";
import type { FitOptions } from "../../../lib/train/options";
import { version } from "../../../lib/version";
import { caught } from "../../support/caught";
import { CLASSIFIER, fakeTensors, fakeTorch, HISTORY, STEPS, valueIn } from "../../support/fake-torch";
import { greyIds, writeGreySplit } from "../../support/grey-data";
import { loggedEvents } from "../../support/run-files";
import { temporaryFolder } from "../../support/temporary-folder";

// Which weights a run stores, when, and with what: the steps themselves are a stand-in's.
jest.mock("../../../lib/native/load-torch", () => require("../../support/fake-torch"));

const folder = temporaryFolder();
const data = join(folder, "data");
const STEPS_PER_EPOCH = 3;
const usual = { ...fakeTorch };
let made = 0;
const fresh = (): string => join(folder, `run-${made++}`);

beforeAll(async () => {
  await writeGreySplit(data, "train", { ids: greyIds("train", 10) });
  await writeGreySplit(data, "val", { ids: greyIds("val", 4) });
});
beforeEach(() => Object.assign(fakeTorch, usual));
// Whatever happens, no network stays open.
afterEach(() => expect(fakeTorch.open).toBe(0));

const config = (epochs: number, changes: ConfigInput = {}): ConfigInput => ({
  model: { backbone: "resnet18" },
  data: { imageSize: 8, cropSize: 8 },
  optim: { epochs, batchSize: 4, lr: 0.5, schedule: "constant" },
  scoreMap: { size: 8 },
  evaluation: { step: 0.1 },
  device: "cpu",
  ...changes,
});

/** Images of `val` that are hit after each epoch. */
function hits(...byEpoch: number[]): void {
  fakeTorch.hitsAfter = (steps) => byEpoch[Math.ceil(steps / STEPS_PER_EPOCH) - 1]!;
}

async function eventsOf(out: string, from: ConfigInput, options: FitOptions = {}, root = data): Promise<FitEvent[]> {
  const seen: FitEvent[] = [];
  for await (const event of train(root, { ...from, out }, options)) seen.push(event);
  return seen;
}

async function stored(out: string, name: "last" | "best" | "state") {
  const path = join(out, `${name}.safetensors`);
  const file = await readTensors(path);
  const { epoch, valThreshold, classes, numClasses } = weightsInfo(file, path)!;
  return {
    steps: valueIn(file.tensors, STEPS),
    history: valueIn(file.tensors, HISTORY),
    epoch,
    valThreshold,
    classes,
    numClasses,
  };
}
const bytesOf = (out: string, name: string) => readFile(join(out, `${name}.safetensors`));

/** Aborts after so many steps of this session. */
function abortingAfter(steps: number): FitOptions {
  const controller = new AbortController();
  let done = 0;
  const onStep = () => {
    done += 1;
    if (done === steps) controller.abort(new Error("enough"));
  };
  return { signal: controller.signal, onStep };
}

test.each([
  [false, 2],
  [true, 3],
])("a stopped run goes on where its weights are, where results come a step late too (%p)", async (readsLate, steps) => {
  Object.assign(fakeTorch, { readsLate });
  const [whole, stopped] = [fresh(), fresh()];
  await train(data, { ...config(2), out: whole });
  await caught(() => train(data, { ...config(2), out: stopped }, abortingAfter(2)));
  expect(await stored(stopped, "last")).toMatchObject({ steps, epoch: steps / STEPS_PER_EPOCH });
  const { finalEpoch } = await train(data, { out: stopped }, { resume: true });
  expect(finalEpoch).toMatchObject({ epoch: 2, loss: 2 });
  expect(await stored(stopped, "last")).toEqual(await stored(whole, "last"));
});

describe("best", () => {
  test.each([
    ["a later one", [1, 3, 2], 2],
    ["the first", [3, 2, 1], 1],
    ["the last", [1, 2, 3], 3],
    ["the first of equal ones", [1, 3, 3], 2],
    ["the first where none hits", [0, 0, 0], 1],
  ])("holds the weights of the epoch with the highest score, %s", async (_, byEpoch, epoch) => {
    hits(...byEpoch);
    const out = fresh();
    const result = await train(data, { ...config(3), out });
    expect(result.best).toEqual({ path: join(out, "best.safetensors"), epoch });
    expect(await stored(out, "best")).toMatchObject({ steps: epoch * STEPS_PER_EPOCH, epoch });
    expect(await stored(out, "last")).toMatchObject({ steps: 3 * STEPS_PER_EPOCH, epoch: 3 });
    expect(loggedEvents(out).at(-1)).toMatchObject({ type: "end", bestEpoch: epoch, epochs: 3, step: 9 });
  });

  test.each([
    ["a lower", [3, 2], 1],
    ["an equal", [3, 3], 1],
    ["a higher", [2, 3], 2],
  ])("is compared with the best before a resume, by %s score", async (_, byEpoch, epoch) => {
    hits(...byEpoch);
    const out = fresh();
    await train(data, { ...config(1), out });
    const before = await bytesOf(out, "best");
    const result = await train(data, { out, optim: { epochs: 2 } }, { resume: true });
    expect(result.best?.epoch).toBe(epoch);
    expect((await bytesOf(out, "best")).equals(before)).toBe(epoch === 1);
  });

  test("is by accuracy where `val` has neither boxes nor masks, and there is no threshold then", async () => {
    const root = fresh();
    await cp(data, root, { recursive: true });
    await rm(join(root, "metadata", "val", "localization.txt"));
    hits(1, 3, 2);
    const out = fresh();
    expect((await train(root, { ...config(3), out })).best?.epoch).toBe(2);
    expect(await stored(out, "best")).toMatchObject({ epoch: 2, valThreshold: null });
  });

  test("is null without `val`, and no file", async () => {
    const root = fresh();
    await cp(data, root, { recursive: true });
    await rm(join(root, "metadata", "val"), { recursive: true });
    const out = fresh();
    const events = await eventsOf(out, config(2), {}, root);
    expect(events.at(-1)).toMatchObject({ type: "end", bestEpoch: null });
    expect((await train(root, { out }, { resume: true })).best).toBeNull();
    await expect(bytesOf(out, "best")).rejects.toThrow("ENOENT");
  });

  test("is of the epochs that are validated: every `evaluateEvery`-th and the last", async () => {
    hits(4, 2, 4, 1, 3);
    const out = fresh();
    const events = await eventsOf(out, config(5, { evaluateEvery: 2 }));
    const epochs = events.filter((event): event is EpochEvent => event.type === "epoch");
    expect(epochs.map(({ val }) => val?.gtKnownLoc ?? null)).toEqual([null, 0.5, null, 0.25, 0.75]);
    expect(await stored(out, "best")).toMatchObject({ epoch: 5 });
  });
});

describe("the threshold of `val`", () => {
  const floors = (...byEpoch: number[]) => {
    fakeTorch.floorAfter = (steps) => byEpoch[Math.ceil(steps / STEPS_PER_EPOCH) - 1]!;
  };

  test("is stored with the weights it was found for, and kept until the next validation", async () => {
    hits(4, 4, 4);
    floors(0.25, 0.45, 0.65);
    const out = fresh();
    const events = await eventsOf(out, config(3));
    const found = events.flatMap((event) => (event.type === "epoch" ? [event.val!.bestThreshold] : []));
    expect(new Set(found).size).toBe(3);
    expect((await stored(out, "best")).valThreshold).toBe(found[0]);
    expect((await stored(out, "last")).valThreshold).toBe(found[2]);

    const seldom = fresh();
    await caught(() => train(data, { ...config(4, { evaluateEvery: 2 }), out: seldom }, abortingAfter(9)));
    expect((await stored(seldom, "last")).valThreshold).toBe(found[1]);
    expect((await stored(seldom, "last")).epoch).toBe(3);
  });

  test("is null where none is better than another", async () => {
    hits(4, 0);
    const out = fresh();
    await train(data, { ...config(2), out });
    expect([(await stored(out, "best")).valThreshold, (await stored(out, "last")).valThreshold]).toEqual([
      expect.any(Number),
      null,
    ]);
  });
});

describe("an interruption", () => {
  test("stores last and state in the middle of an epoch, and leaves best", async () => {
    hits(1, 4);
    const out = fresh();
    await caught(() => train(data, { ...config(2), out }, abortingAfter(STEPS_PER_EPOCH + 2)));
    expect(await stored(out, "last")).toMatchObject({ steps: 5, epoch: 1 + 2 / 3 });
    expect(await stored(out, "state")).toMatchObject({ steps: 5, epoch: 1 + 2 / 3 });
    expect(await stored(out, "best")).toMatchObject({ steps: 3, epoch: 1 });
  });

  test.each([1, 2, 3, 4, 5])("after step %i resumes to the steps and the log of the whole run", async (steps) => {
    hits(1, 4);
    const schedule = { optim: { epochs: 2, batchSize: 4, lr: 0.5, schedule: "cosine" as const } };
    const [whole, parts] = [fresh(), fresh()];
    await train(data, { ...config(2, schedule), out: whole });
    await caught(() => train(data, { ...config(2, schedule), out: parts }, abortingAfter(steps)));
    const events = await eventsOf(parts, {}, { resume: true });
    expect((events[0] as StartEvent).resumedAt).toBe(steps);
    expect(await stored(parts, "last")).toEqual(await stored(whole, "last"));
    const lasting = ({ seconds, imagesPerSecond, waitFraction, ...event }: Record<string, unknown>) => event;
    const epochs = (out: string) =>
      loggedEvents(out)
        .filter(({ type }) => type === "epoch")
        .map(lasting);
    expect(epochs(parts)).toEqual(epochs(whole));
  });

  test("saves nothing where it is no abort", async () => {
    const out = fresh();
    const mistake = new Error("mistake");
    const onStep = ({ epoch, step }: StepProgress) => {
      if (epoch === 2 && step === 2) throw mistake;
    };
    expect(await caught(() => train(data, { ...config(2), out }, { onStep }))).toBe(mistake);
    expect(await stored(out, "last")).toMatchObject({ steps: 3, epoch: 1 });
  });

  test("stops a validation at once, and the epoch is validated after a resume", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const out = fresh();
    const run = train(
      data,
      { ...config(2), out },
      { signal: controller.signal, onValidation: () => controller.abort(reason) },
    );
    expect(await caught(() => run)).toBe(reason);
    expect(loggedEvents(out).map(({ type }) => type)).toEqual(["start"]);
    expect(await stored(out, "last")).toMatchObject({ steps: 3, epoch: 1, valThreshold: null });
    const epochs = (await eventsOf(out, {}, { resume: true })).filter(({ type }) => type === "epoch");
    expect(epochs).toMatchObject([{ epoch: 1, val: expect.any(Object) }, { epoch: 2 }]);
  });
});

test("TensorBoard is told to drop what a resumed run does again, and nothing at a start", async () => {
  const open = jest.spyOn(EventFile, "open");
  const out = fresh();
  await caught(() => train(data, { ...config(2), out }, abortingAfter(STEPS_PER_EPOCH + 2)));
  await train(data, { out }, { resume: true });
  expect(open.mock.calls).toEqual([
    [out, {}],
    [out, { resumeAt: STEPS_PER_EPOCH + 1 }],
  ]);
  open.mockRestore();
});

describe("weights that overflow", () => {
  test.each([
    [STEPS_PER_EPOCH, 1],
    [2 * STEPS_PER_EPOCH - 1, 1],
    [2 * STEPS_PER_EPOCH, 2],
  ])("in step %i leave the three files of epoch %i as they were", async (step, epoch) => {
    hits(1, 2, 3);
    const [good, bad] = [fresh(), fresh()];
    await train(data, { ...config(epoch), out: good });
    fakeTorch.overflowsAt = step;
    const error = await caught(() => train(data, { ...config(3), out: bad }));
    const steps = Math.ceil((step + 1) / STEPS_PER_EPOCH) * STEPS_PER_EPOCH;
    expect(error).toMatchObject({ code: "ERR_WSOL_NON_FINITE_LOSS", details: { step: steps, tensor: HISTORY } });
    for (const name of ["last", "best", "state"] as const) {
      expect(await stored(bad, name)).toEqual(await stored(good, name));
    }
    expect(loggedEvents(bad).at(-1)).toEqual({ type: "failed", code: error.code, step: steps });
  });
});

describe("a save that fails", () => {
  test.each(["last", "best"] as const)("at %s leaves the state of the epoch before, which resumes", async (name) => {
    hits(1, 2);
    const [whole, out] = [fresh(), fresh()];
    await train(data, { ...config(2), out: whole });
    const path = join(out, `${name}.safetensors`);
    const onStep = ({ epoch, step }: StepProgress) => {
      if (epoch !== 2 || step !== 1) return;
      // A folder cannot be replaced by a file.
      rmSync(path);
      mkdirSync(path);
    };
    expect(await caught(() => train(data, { ...config(2), out }, { onStep }))).toMatchObject({
      code: "ERR_WSOL_WRITE",
    });
    expect(await stored(out, "state")).toMatchObject({ steps: 3, epoch: 1 });
    await rm(path, { recursive: true });
    await train(data, { out }, { resume: true });
    expect(await stored(out, name)).toEqual(await stored(whole, name));
    // The epoch that was logged but not stored is logged once.
    const epochs = loggedEvents(out).filter(({ type }) => type === "epoch");
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });
});

describe("what a run tells", () => {
  test("of every step", async () => {
    const seen: StepProgress[] = [];
    await train(data, { ...config(2), out: fresh() }, { onStep: (step) => seen.push(step) });
    const images = [4, 4, 2];
    const steps = [1, 2].flatMap((epoch) =>
      images.map((count, at) => ({ epoch, epochs: 2, step: at + 1, stepsPerEpoch: 3, images: count, loss: 2 })),
    );
    expect(seen).toEqual(steps);
  });

  test("at its start, after an epoch and at its end", async () => {
    hits(3);
    const out = fresh();
    const before = performance.now();
    const [start, epoch, end] = (await eventsOf(out, config(1))) as [StartEvent, EpochEvent, EndEvent];
    expect(start).toEqual({
      ...{ type: "start", out, numClasses: 3, images: 10, epochs: 1, stepsPerEpoch: 3, resumedAt: 0, device: "cpu" },
      initialWeights: null,
    });
    expect(epoch).toMatchObject({
      ...{ epoch: 1, epochs: 1, step: 3, learningRate: 0.5, loss: 2, crossEntropy: 1, meanEntropy: 0.5, top1Cls: 1 },
      val: { gtKnownLoc: 0.75, top1Cls: 0.75, top1Loc: 0.75 },
    });
    expect(end.seconds).toBeGreaterThanOrEqual(epoch.seconds);
    expect(end.seconds).toBeLessThanOrEqual((performance.now() - before) / 1000);
    expect(loggedEvents(out)).toEqual([start, epoch, end]);
  });
});

describe("environment.json", () => {
  test("tells package, LibTorch, processor, precision, threads and data", async () => {
    const out = fresh();
    await train(data, { ...config(1, { threads: 5, precision: "bfloat16" }), out });
    const environmentOf = async (path: string) => JSON.parse(await readFile(join(path, "environment.json"), "utf8"));
    expect(await environmentOf(out)).toMatchObject({
      ...{ package: version, libtorch: "0.0", device: "cpu", deviceName: cpus()[0]?.model ?? "unknown" },
      ...{ precision: "bfloat16", threads: 5, node: process.version, data },
    });
    const automatic = fresh();
    await train(data, { ...config(1), out: automatic });
    // As many as the session chose.
    expect((await environmentOf(automatic)).threads).toBe(1);
  });
});

describe("model.weights", () => {
  const weights = join(folder, "initial.safetensors");
  const model = { backbone: "resnet18", weights } as const;
  const given = { epochs: 1, batchSize: 4, classifierLrMultiplier: 3 };
  const trained = async (changes: ConfigInput) => {
    const out = fresh();
    await train(data, { ...config(1, changes), out });
    const { tensors } = await readTensors(join(out, "last.safetensors"));
    const multiplier = fakeTorch.trainer!.optim.classifierLrMultiplier;
    return { steps: valueIn(tensors, STEPS), classifier: valueIn(tensors, CLASSIFIER), multiplier };
  };

  beforeAll(async () => {
    const info = { config: resolveConfig({}), numClasses: 3, classes: null, epoch: 1, valThreshold: null };
    await writeWeights(weights, fakeTensors(100, 7), info);
  });

  test("are what the network starts from, but for a fresh classifier", async () => {
    expect(await trained({})).toMatchObject({ steps: 3, classifier: 0 });
    expect(await trained({ model })).toMatchObject({ steps: 103, classifier: 7 });
    expect(await trained({ model: { ...model, classifier: "fresh" } })).toMatchObject({ steps: 103, classifier: 0 });
  });

  test("are told of in the start event and the log, and are not read again by a run that resumes", async () => {
    const out = fresh();
    const events = await eventsOf(out, config(1, { model }));
    const told = { weights, sha256: await sha256Of(weights), classifier: "loaded", reason: null };
    expect(events[0]).toMatchObject({ type: "start", initialWeights: told });
    expect(loggedEvents(out)[0]).toMatchObject({ initialWeights: told });

    const moved = { ...model, weights: join(folder, "moved.safetensors") };
    await cp(weights, moved.weights);
    const again = fresh();
    await train(data, { ...config(1, { model: moved }), out: again });
    await rm(moved.weights);
    const [start] = await eventsOf(again, { optim: { epochs: 2 } }, { resume: true });
    expect(start).toMatchObject({ type: "start", initialWeights: null });
    const { tensors } = await readTensors(join(again, "last.safetensors"));
    expect(valueIn(tensors, STEPS)).toBe(106);
  });

  test("that were trained with other pixels or padding are warned of, and nothing else is", async () => {
    const path = join(folder, "others.safetensors");
    const trained = resolveConfig({ model: { padding: "same" }, data: { mean: [0.5, 0.5, 0.5] } });
    const info = { config: trained, numClasses: 3, classes: null, epoch: 1, valThreshold: null };
    await writeWeights(path, fakeTensors(100, 7), info);
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const from = (changes: ConfigInput) =>
      train(
        data,
        { ...config(1, { ...changes, model: { ...model, weights: path, ...changes.model } }), out: fresh() },
        { onWarning },
      );
    await from({});
    expect(warnings).toEqual([
      `'${path}' was trained with model.padding=same, this run has symmetric`,
      `'${path}' was trained with data.mean=[0.5,0.5,0.5], this run has [0.485,0.456,0.406]`,
    ]);
    warnings.length = 0;
    await from({ model: { padding: "same" }, data: { ...config(1).data, mean: [0.5, 0.5, 0.5] } });
    expect(warnings).toEqual([]);
  });

  test("make the classifier learn ten times as fast, unless optim.classifierLrMultiplier is given", async () => {
    expect((await trained({})).multiplier).toBe(1);
    expect((await trained({ model })).multiplier).toBe(10);
    expect((await trained({ optim: given })).multiplier).toBe(3);
    expect((await trained({ model, optim: given })).multiplier).toBe(3);
  });
});
