import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigInput } from "../../../../lib/config/schema";
import { readTensors } from "../../../../lib/formats/tensors";
import type { StudyEvent, StudyProgress } from "../../../../lib/studies/study/events";
import { readStudy } from "../../../../lib/studies/study/read-study";
import { renderStudy } from "../../../../lib/studies/study/table";
import { type SweepOptions, sweep } from "../../../../lib/studies/sweep/sweep";
import { fit as train } from "../../../../lib/train/fit";
import { caught } from "../../../support/caught";
import { fakeTorch, HISTORY, valueIn } from "../../../support/fake-torch";
import { loggedEvents, stateOfFiles } from "../../../support/run-files";
import { temporaryFolder } from "../../../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../../../support/tiny-data";

jest.mock("../../../../lib/native/load-torch", () => require("../../../support/fake-torch"));

const folder = temporaryFolder();
const CONFIG: ConfigInput = { ...TINY_CONFIG, scoreMap: { size: 8 } };
const VARY = { "loss.lambda": [0, 0.5, 1] };
const SEEDS = [0, 1];
const RUNS = SEEDS.flatMap((seed) => VARY["loss.lambda"].map((lambda) => `loss.lambda=${lambda}_seed=${seed}`));
let data: string;
let count = 0;
const fresh = () => join(folder, `study-${count++}`);
const study = (out: string, changes: Partial<SweepOptions> = {}) =>
  sweep(data, { out, vary: VARY, seeds: SEEDS, config: CONFIG, ...changes });

async function eventsOf(run: ReturnType<typeof study>): Promise<StudyEvent[]> {
  const events: StudyEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

const runFiles = (out: string) =>
  Object.fromEntries(readdirSync(join(out, "runs")).map((name) => [name, stateOfFiles(join(out, "runs", name))]));
const started = (events: readonly StudyEvent[]) =>
  events.flatMap((event) => (event.type === "run-start" ? [`${event.run} ${event.status}`] : []));
async function weightOf(out: string, run: string): Promise<number> {
  return valueIn((await readTensors(join(out, "runs", run, "last.safetensors"))).tensors, HISTORY);
}

let whole: string;
let wholeEvents: StudyEvent[];

beforeAll(async () => {
  data = await tinyDataset(folder);
  whole = fresh();
  wholeEvents = await eventsOf(study(whole));
}, 60_000);

beforeEach(() => {
  fakeTorch.overflowsAt = Number.POSITIVE_INFINITY;
});

async function copyOfWhole(): Promise<string> {
  const out = fresh();
  await cp(whole, out, { recursive: true, preserveTimestamps: true });
  return out;
}

test("a study tells its plan, every run's start, epochs, end and figures, and ends with the result", async () => {
  expect(wholeEvents[0]).toEqual({
    ...{ type: "plan", out: whole, seeds: [0, 1], split: "test" },
    arms: ["loss.lambda=0", "loss.lambda=0.5", "loss.lambda=1"],
    runs: RUNS.map((name) => ({ name, status: "new" })),
  });
  const ofFirst = wholeEvents.filter((event) => "run" in event && event.run === RUNS[0]).map(({ type }) => type);
  expect(ofFirst).toEqual(["run-start", "epoch", "epoch", "run-end", "evaluated"]);
  expect(started(wholeEvents)).toEqual(RUNS.map((name) => `${name} new`));
  expect(wholeEvents.at(-1)!.type).toBe("end");
  expect(existsSync(join(whole, "study.lock"))).toBe(true);
  expect(readdirSync(join(whole, "runs")).sort()).toEqual([...RUNS].sort());
});

test("the result is what lies in results.json, with means and sample deviations over the seeds", async () => {
  const result = await study(whole);
  expect(JSON.parse(readFileSync(join(whole, "results.json"), "utf8"))).toEqual(JSON.parse(JSON.stringify(result)));
  expect(result).toMatchObject({ isComplete: true, failures: [], seeds: [0, 1], split: "test" });
  expect(result.arms.map(({ name, isBaseline, effectiveEps }) => [name, isBaseline, effectiveEps])).toEqual([
    ["loss.lambda=0", true, 0],
    ["loss.lambda=0.5", false, 0.5 / 1.5],
    ["loss.lambda=1", false, 0.5],
  ]);
  expect(result.arms[0]!.figures.meanEntropy).toEqual({ mean: 0.5, sd: 0, count: 2 });
  expect(result.sweetSpots).toHaveLength(1);
  // All runs of the stand-in predict alike.
  expect(result.sweetSpots[0]).toMatchObject({
    ...{ arm: "loss.lambda=0", baseline: "loss.lambda=0" },
    indistinguishable: ["loss.lambda=0.5", "loss.lambda=1"],
  });
});

test("a finished study is not repeated: no file of a run changes, and the result is the same", async () => {
  const out = await copyOfWhole();
  const before = runFiles(out);
  const events = await eventsOf(study(out));
  expect(started(events)).toEqual([]);
  expect(runFiles(out)).toEqual(before);
  expect(readFileSync(join(out, "results.json"), "utf8")).toBe(readFileSync(join(whole, "results.json"), "utf8"));
});

test("more values and seeds keep what is finished", async () => {
  const out = await copyOfWhole();
  const before = runFiles(out);
  const events = await eventsOf(study(out, { vary: { "loss.lambda": [0, 0.5, 1, 2] }, seeds: [0, 1, 2] }));
  expect(started(events)).toEqual(
    ["2_seed=0", "2_seed=1", "0_seed=2", "0.5_seed=2", "1_seed=2", "2_seed=2"].map((run) => `loss.lambda=${run} new`),
  );
  expect(runFiles(out)).toMatchObject(before);
});

test("an abort saves the runs under way, rejects with its reason, and the study goes on to the same table", async () => {
  const out = fresh();
  const controller = new AbortController();
  const reason = new Error("enough");
  let images = 0;
  const run = study(out, {
    signal: controller.signal,
    onProgress: (progress) => {
      images += progress.images;
      // In the second run's second epoch.
      if (progress.run === RUNS[1] && images > 130) controller.abort(reason);
    },
  });
  expect(await caught(() => run)).toBe(reason);
  const before = stateOfFiles(join(out, "runs", RUNS[0]!));
  const events = await eventsOf(study(out));
  expect(started(events)).toEqual([`${RUNS[1]} begun`, ...RUNS.slice(2).map((name) => `${name} new`)]);
  expect(stateOfFiles(join(out, "runs", RUNS[0]!))).toEqual(before);
  expect(await weightOf(out, RUNS[1]!)).toBe(await weightOf(whole, RUNS[1]!));
  const epochs = loggedEvents(join(out, "runs", RUNS[1]!)).filter(({ type }) => type === "epoch");
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(readFileSync(join(out, "results.json"), "utf8")).toBe(readFileSync(join(whole, "results.json"), "utf8"));
}, 30_000);

test("a signal that is aborted before leaves nothing", async () => {
  const out = fresh();
  const reason = new Error("never");
  expect(await caught(() => study(out, { signal: AbortSignal.abort(reason) }))).toBe(reason);
  expect(existsSync(out)).toBe(false);
});

test("a throwing onProgress stops the study with what it threw, and is no run's failure", async () => {
  const out = fresh();
  const mistake = new TypeError("mistake");
  const run = study(out, {
    onProgress: () => {
      throw mistake;
    },
  });
  expect(await caught(() => run)).toBe(mistake);
  expect(existsSync(join(out, "results.json"))).toBe(false);
  expect((await study(out)).failures).toEqual([]);
}, 30_000);

test("a run that fails is reported, the others go on, and the next study tries it again", async () => {
  const out = fresh();
  const fail = ({ run }: StudyProgress) => {
    fakeTorch.overflowsAt = run === RUNS[1] ? 0 : Number.POSITIVE_INFINITY;
  };
  const result = await study(out, { onProgress: fail });
  expect(result.failures).toEqual([
    { run: RUNS[1], code: "ERR_WSOL_NON_FINITE_LOSS", message: expect.stringContaining("finite weights") },
  ]);
  expect(result).toMatchObject({ isComplete: true });
  expect(result.arms[1]!.runs.map(({ status }) => status)).toEqual(["failed", "finished"]);
  expect(result.arms[1]!.figures.meanEntropy).toMatchObject({ count: 1, sd: null });
  const table = renderStudy(result);
  expect(table).toMatch(/^loss\.lambda=0\.5 .* 1 run failed$/m);
  expect(table).toContain(`failed: ${RUNS[1]}: ERR_WSOL_NON_FINITE_LOSS: `);
  const events = await eventsOf(study(out));
  expect(started(events)).toEqual([`${RUNS[1]} new`]);
  expect(readFileSync(join(out, "results.json"), "utf8")).toBe(readFileSync(join(whole, "results.json"), "utf8"));
}, 30_000);

test("two jobs make the same runs", async () => {
  const out = fresh();
  const devices: string[] = [];
  let [underWay, most] = [0, 0];
  for await (const event of study(out, { jobs: 2, devices: ["cpu", "auto"] })) {
    if (event.type === "run-start") {
      devices.push(event.device);
      underWay += 1;
    }
    if (event.type === "evaluated") underWay -= 1;
    most = Math.max(most, underWay);
  }
  expect(new Set(devices)).toEqual(new Set(["cpu", "auto"]));
  expect(most).toBe(2);
  for (const run of RUNS) expect(await weightOf(out, run)).toBe(await weightOf(whole, run));
  expect(readFileSync(join(out, "results.json"), "utf8")).toBe(readFileSync(join(whole, "results.json"), "utf8"));
}, 30_000);

test("progress runs over all images of the study, from those of earlier sessions to the last", async () => {
  const seen: StudyProgress[] = [];
  const out = fresh();
  await study(out, { onProgress: (progress) => seen.push(progress) });
  // 2 epochs of 24 training and 6 val images, then 9 of test and 6 of val, of six runs.
  expect(seen[0]).toEqual({ done: 0, total: 6 * 75, images: 0, run: RUNS[0] });
  expect(seen.at(-1)).toMatchObject({ done: 450, total: 450 });
  expect(seen.reduce((sum, { images }) => sum + images, 0)).toBe(450);
  const again: StudyProgress[] = [];
  rmSync(join(out, "runs", RUNS[5]!, "evaluation.json"));
  await study(out, { onProgress: (progress) => again.push(progress) });
  expect(again[0]!.done).toBeGreaterThanOrEqual(450 - 15);
}, 30_000);

describe("what is wrong with a folder", () => {
  test("two studies at a time are refused, and nothing is lost", async () => {
    const out = fresh();
    const first = study(out);
    for await (const event of first) if (event.type === "plan") break;
    expect(await caught(() => study(out))).toMatchObject({
      code: "ERR_WSOL_BUSY",
      message: expect.stringContaining(`'${out}' is held by a running study`),
    });
    expect((await first).failures).toEqual([]);
  }, 30_000);

  test.each([
    ["a run", {}],
    ["study.json alone, since no run is the same", { seeds: [7] }],
  ])("another base setting is refused by %s, naming the key", async (_, changes) => {
    const before = runFiles(whole);
    const plan = readFileSync(join(whole, "study.json"), "utf8");
    const config = { ...CONFIG, optim: { ...TINY_CONFIG.optim, lr: 0.5 } };
    expect(await caught(() => study(whole, { config, ...changes }))).toMatchObject({
      code: "ERR_WSOL_RUN_FOLDER",
      details: { key: "optim.lr" },
    });
    expect(runFiles(whole)).toEqual(before);
    expect(readFileSync(join(whole, "study.json"), "utf8")).toBe(plan);
  });

  test("other places, such as the device and the threads, are no other setting", async () => {
    const out = await copyOfWhole();
    const events = await eventsOf(study(out, { config: { ...CONFIG, device: "auto", threads: 2 } }));
    expect(started(events)).toEqual([]);
  });

  test("a run of other settings that lies in a run's folder is refused, naming the key", async () => {
    const out = fresh();
    const run = join(out, "runs", RUNS[0]!);
    await train(data, { ...CONFIG, optim: { ...TINY_CONFIG.optim, lr: 0.5 }, out: run });
    const before = stateOfFiles(run);
    expect(await caught(() => study(out))).toMatchObject({
      code: "ERR_WSOL_RUN_FOLDER",
      message: `expected 0.02 for 'optim.lr' in the run in '${run}', got 0.5`,
    });
    expect(stateOfFiles(run)).toEqual(before);
    expect(existsSync(join(out, "study.json"))).toBe(false);
  });

  test("a run of fit with the same settings is taken over and evaluated, whatever else lies there", async () => {
    const out = fresh();
    const run = join(out, "runs", RUNS[0]!);
    await train(data, { ...CONFIG, threads: 2, out: run });
    writeFileSync(join(run, "done"), "");
    const before = stateOfFiles(run);
    const events = await eventsOf(study(out));
    expect(started(events)[0]).toBe(`${RUNS[0]} trained`);
    const after = stateOfFiles(run);
    expect(after).toMatchObject(before);
    expect(Object.keys(after)).toEqual(expect.arrayContaining(["evaluation.json", "done"]));
  }, 30_000);

  test("a run's folder is no study's", async () => {
    const run = join(whole, "runs", RUNS[0]!);
    const before = stateOfFiles(run);
    expect(await caught(() => study(run))).toMatchObject({ code: "ERR_WSOL_RUN_FOLDER" });
    expect(stateOfFiles(run)).toEqual(before);
  });

  test("other data are refused, and nothing is changed", async () => {
    const before = runFiles(whole);
    const other = await tinyDataset(join(folder, "other"), { train: 12 });
    expect(await caught(() => sweep(other, { out: whole, vary: VARY, seeds: SEEDS, config: CONFIG }))).toMatchObject({
      code: "ERR_WSOL_DATA",
      message: expect.stringContaining("is not the data set that the run in"),
    });
    expect(runFiles(whole)).toEqual(before);
  }, 30_000);

  test.each([["evaluation.json"], ["records.safetensors.gz"]])(
    "a finished run without %s is evaluated again, not trained",
    async (file) => {
      const out = await copyOfWhole();
      const weights = stateOfFiles(join(out, "runs", RUNS[2]!))["last.safetensors"];
      rmSync(join(out, "runs", RUNS[2]!, file));
      const events = await eventsOf(study(out));
      expect(started(events)).toEqual([`${RUNS[2]} trained`]);
      expect(stateOfFiles(join(out, "runs", RUNS[2]!))["last.safetensors"]).toBe(weights);
    },
  );

  test("an evaluation of another split is made again", async () => {
    const out = await copyOfWhole();
    const result = await study(out, { split: "val" });
    expect(result.split).toBe("val");
    expect(JSON.parse(readFileSync(join(out, "runs", RUNS[0]!, "evaluation.json"), "utf8")).split).toBe("val");
  }, 30_000);

  test.each([["state.safetensors"], ["last.safetensors"], ["config.json"], ["metrics.jsonl"]])(
    "a run that misses %s is its own failure, which names the file; nothing of it is lost",
    async (file) => {
      const out = await copyOfWhole();
      rmSync(join(out, "runs", RUNS[2]!, file));
      const before = runFiles(out);
      const { failures } = await study(out);
      expect(failures).toEqual([{ run: RUNS[2], code: "ERR_WSOL_RUN_FOLDER", message: expect.stringContaining(file) }]);
      expect(runFiles(out)).toEqual(before);
    },
  );

  test("the event of a run that fails has the advice of its error", async () => {
    const out = await copyOfWhole();
    rmSync(join(out, "runs", RUNS[2]!, "last.safetensors"));
    const events = await eventsOf(study(out));
    expect(events).toContainEqual({
      ...{ type: "run-failed", run: RUNS[2], code: "ERR_WSOL_RUN_FOLDER" },
      message: expect.stringContaining("has no last.safetensors"),
      fix: "Put the file back, or move the folder away to train the run again.",
    });
  });

  test("a run without last.safetensors and evaluation fails, and its state is kept", async () => {
    const out = await copyOfWhole();
    const run = join(out, "runs", RUNS[2]!);
    for (const file of ["last.safetensors", "evaluation.json"]) rmSync(join(run, file));
    const { failures } = await study(out);
    expect(failures).toMatchObject([{ run: RUNS[2], code: "ERR_WSOL_RUN_FOLDER" }]);
    expect(existsSync(join(run, "state.safetensors"))).toBe(true);
  });

  test("a damaged study.json is refused and kept", async () => {
    const out = await copyOfWhole();
    writeFileSync(join(out, "study.json"), "{");
    expect(await caught(() => study(out))).toMatchObject({ code: "ERR_WSOL_RUN_FOLDER" });
    expect(readFileSync(join(out, "study.json"), "utf8")).toBe("{");
  });
});

test("arms without the term share one run, and the table has a row for each", async () => {
  const out = fresh();
  const vary = { "loss.regularizer": ["entropy", "jeffreys"], "loss.lambda": [0, 1] };
  const result = await study(out, { vary, seeds: [0] });
  expect(readdirSync(join(out, "runs")).sort()).toEqual([
    "loss.regularizer=entropy_loss.lambda=0_seed=0",
    "loss.regularizer=entropy_loss.lambda=1_seed=0",
    "loss.regularizer=jeffreys_loss.lambda=1_seed=0",
  ]);
  expect(result.arms).toHaveLength(4);
  expect(result.arms[2]!.runs).toEqual(result.arms[0]!.runs);
}, 30_000);

test.each([
  [{ jobs: 0 }, "jobs"],
  [{ jobs: 1.5 }, "jobs"],
  [{ devices: [] }, "devices"],
  [{ devices: ["gpu"] }, "devices"],
  [{ seeds: [] }, "seeds"],
  [{ seeds: [1, 1] }, "seeds"],
  [{ seeds: [Number.NaN] }, "seeds"],
  [{ out: "" }, "out"],
  [{ vary: null }, "vary"],
] as [Partial<SweepOptions>, string][])("refuses %j, naming '%s'", async (changes, parameter) => {
  const out = fresh();
  expect(await caught(() => study(out, changes))).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter } });
  expect(existsSync(out)).toBe(false);
});

test.each([
  ["a seed in the configuration", { config: { seed: 1 } }, "ERR_WSOL_CONFIG"],
  ["an unknown option", { jop: 1 }, "ERR_WSOL_ARGUMENT"],
  ["a split that is not there", { split: "tset" }, "ERR_WSOL_DATA"],
  ["fewer classes than the data", { config: { model: { numClasses: 2 } } }, "ERR_WSOL_CONFIG"],
])("refuses %s before the folder is made", async (_, changes, code) => {
  const out = fresh();
  expect(await caught(() => study(out, changes as Partial<SweepOptions>))).toMatchObject({ code });
  expect(existsSync(out)).toBe(false);
});

describe("readStudy", () => {
  test("gives the plan, the runs of each arm and the result", async () => {
    const { plan, arms, result, folder: read } = await readStudy(whole);
    expect(read).toBe(whole);
    expect(plan).toMatchObject({ data, seeds: [0, 1], split: "test", choosesStrength: true });
    expect(arms.map(({ arm, runs }) => [arm.name, runs.map(({ name }) => name)])).toEqual([
      ["loss.lambda=0", [RUNS[0], RUNS[3]]],
      ["loss.lambda=0.5", [RUNS[1], RUNS[4]]],
      ["loss.lambda=1", [RUNS[2], RUNS[5]]],
    ]);
    expect(arms[1]!.runs[0]!.summary).toMatchObject({ effectiveEps: 0.5 / 1.5, evaluation: { split: "test" } });
    expect(result!.arms).toHaveLength(3);
  });

  test("reads a study that is under way: runs that are not begun have no summary", async () => {
    const out = fresh();
    const controller = new AbortController();
    const run = study(out, { signal: controller.signal });
    for await (const event of run) {
      if (event.type === "epoch") break;
    }
    const { arms } = await readStudy(out);
    expect(arms[0]!.runs[0]!.summary).not.toBeNull();
    expect(arms[2]!.runs[1]!.summary).toBeNull();
    controller.abort(new Error("read"));
    await run.catch(() => undefined);
  }, 30_000);

  test("rejects a folder that is none", async () => {
    expect(await caught(() => readStudy(folder))).toMatchObject({
      code: "ERR_WSOL_RUN_FOLDER",
      message: `'${folder}' is no study's folder: it has no study.json`,
    });
  });
});
