import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigInput } from "../../../lib/config/schema";
import type { FitEvent } from "../../../lib/runs/events";
import { fit as train } from "../../../lib/train/fit";
import type { FitOptions } from "../../../lib/train/options";
import { caught } from "../../support/caught";
import { loggedEvents, stateOfFiles } from "../../support/run-files";
import { temporaryFolder } from "../../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

const folder = temporaryFolder();
const run = join(folder, "run");
let data: string;
let copies = 0;

beforeAll(async () => {
  data = await tinyDataset(folder);
  await train(data, { ...TINY_CONFIG, out: run });
}, 60_000);

/** A copy of the run of two epochs. */
async function copied(): Promise<string> {
  const copy = join(folder, `copy-${copies++}`);
  await cp(run, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

async function events(out: string, config: ConfigInput, options: FitOptions, from: string = data): Promise<FitEvent[]> {
  const seen: FitEvent[] = [];
  for await (const event of train(from, { ...config, out }, options)) seen.push(event);
  return seen;
}

const epochs = (count: number, schedule: "cosine" | "constant" = "cosine"): ConfigInput => ({
  ...TINY_CONFIG,
  optim: { ...TINY_CONFIG.optim, epochs: count, schedule },
});

describe("resuming a complete run", () => {
  test("changes no file's bytes or time, and gives the result", async () => {
    const out = await copied();
    const before = stateOfFiles(out);
    const resumed = train(data, { out }, { resume: true });
    const seen: string[] = [];
    for await (const { type } of resumed) seen.push(type);
    const result = await resumed;
    expect(stateOfFiles(out)).toEqual(before);
    expect(seen).toEqual(["end"]);
    expect(result.finalEpoch).toBeNull();
    expect(result.last).toEqual({ path: join(out, "last.safetensors"), epoch: 2 });
    expect(result.best?.path).toBe(join(out, "best.safetensors"));
  }, 30_000);

  test("leaves the folder free", async () => {
    const out = await copied();
    await train(data, { out }, { resume: true });
    await train(data, { out }, { resume: true });
  }, 30_000);
});

describe("another data set", () => {
  test("is refused with what differs, and nothing is changed", async () => {
    const out = await copied();
    const before = stateOfFiles(out);
    const fewer = await tinyDataset(join(folder, "fewer"), { train: 12 });
    const error = await caught(() => train(fewer, { out }, { resume: true }));
    expect(error).toMatchObject({
      code: "ERR_WSOL_DATA",
      message: `'${fewer}' is not the data set that the run in '${out}' began with: train has 12 images, the run began with 25`,
      details: { root: fewer, path: out },
    });
    expect(stateOfFiles(out)).toEqual(before);
  }, 60_000);

  test("is refused also with more classes", async () => {
    const more = await tinyDataset(join(folder, "more"), { classes: 4 });
    const error = await caught(() => train(more, { out: run }, { resume: true }));
    expect(error.code).toBe("ERR_WSOL_DATA");
    expect(error.message).toContain("it has 4 classes, the run began with 3");
  }, 60_000);

  test("is taken where it is the same at another place", async () => {
    const elsewhere = join(folder, "elsewhere");
    await cp(data, elsewhere, { recursive: true });
    expect(await events(await copied(), {}, { resume: true }, elsewhere)).toHaveLength(1);
  }, 30_000);
});

describe("optim.epochs", () => {
  test("may grow, and a warning says so where the schedule spans the whole run", async () => {
    const out = await copied();
    const warnings: string[] = [];
    const seen = await events(out, epochs(3), { resume: true, onWarning: (warning) => warnings.push(warning) });
    expect(seen.map(({ type }) => type)).toEqual(["start", "epoch", "end"]);
    expect(warnings).toEqual([
      "optim.epochs is 3, the run had 2: from here on the learning rate is that of optim.schedule=cosine over 3 epochs",
    ]);
    expect(JSON.parse(await readFile(join(out, "config.json"), "utf8")).optim.epochs).toBe(3);
    const rates = loggedEvents(out).filter(({ type }) => type === "epoch");
    expect(rates.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    // Step 11 of 12 on the cosine of the new total.
    expect(rates[2]?.learningRate).toBeCloseTo((0.02 / 2) * (1 + Math.cos((Math.PI * 11) / 12)), 12);
  }, 60_000);

  test("may grow without a warning where the schedule has no length, to the bits of the longer run", async () => {
    const [short, long] = [join(folder, "short"), join(folder, "long")];
    await train(data, { ...epochs(1, "constant"), out: short });
    const onWarning = (warning: string): never => {
      throw new Error(warning);
    };
    await train(data, { out: short, optim: { epochs: 2 } }, { resume: true, onWarning });
    await train(data, { ...epochs(2, "constant"), out: long });
    const weights = (out: string) => readFile(join(out, "last.safetensors"));
    expect((await weights(short)).equals(await weights(long))).toBe(true);
  }, 60_000);

  test("may not shrink below what is done", async () => {
    const error = await caught(() => train(data, { out: run, optim: { epochs: 1 } }, { resume: true }));
    expect(error).toMatchObject({ code: "ERR_WSOL_CONFIG", details: { key: "optim.epochs" } });
    expect(error.message).toBe("expected at least 2, the epochs that the run has begun, for 'optim.epochs', got 1");
  }, 30_000);

  test("may not shrink below an epoch that is begun", async () => {
    const out = join(folder, "begun");
    const controller = new AbortController();
    let steps = 0;
    const onStep = () => {
      steps += 1;
      if (steps === 5) controller.abort();
    };
    await caught(() => train(data, { ...TINY_CONFIG, out }, { signal: controller.signal, onStep }));
    const error = await caught(() => train(data, { out, optim: { epochs: 1 } }, { resume: true }));
    expect(error.message).toContain("expected at least 2, the epochs that the run has begun");
  }, 60_000);
});

describe("a folder where nothing was stored", () => {
  async function unstored(): Promise<string> {
    const out = await copied();
    for (const name of ["state", "last", "best"]) await rm(join(out, `${name}.safetensors`));
    return out;
  }

  test("begins anew without resume, and keeps nothing of what was there", async () => {
    const out = await unstored();
    const eventFiles = (await readdir(out)).filter((name) => name.startsWith("events"));
    await train(data, { ...epochs(1), seed: 5, out });
    expect(loggedEvents(out).map(({ type }) => type)).toEqual(["start", "epoch", "end"]);
    expect(JSON.parse(await readFile(join(out, "config.json"), "utf8")).seed).toBe(5);
    const now = (await readdir(out)).filter((name) => name.startsWith("events"));
    expect(now).toHaveLength(1);
    expect(eventFiles).toHaveLength(1);
  }, 60_000);

  test("begins again with resume, to the bits of the run that was not killed", async () => {
    const out = await unstored();
    await train(data, { out }, { resume: true });
    const weights = (path: string) => readFile(join(path, "last.safetensors"));
    expect((await weights(out)).equals(await weights(run))).toBe(true);
  }, 60_000);
});

describe("force", () => {
  test("replaces a stored run and leaves other files", async () => {
    const out = await copied();
    await writeFile(join(out, "notes.txt"), "mine");
    await writeFile(join(out, "evaluation.json"), "{}");
    await train(data, { ...epochs(1), seed: 7, out }, { force: true });
    expect(loggedEvents(out).map(({ type }) => type)).toEqual(["start", "epoch", "end"]);
    expect(JSON.parse(await readFile(join(out, "config.json"), "utf8")).seed).toBe(7);
    const files = await readdir(out);
    expect(files).toContain("notes.txt");
    expect(files).not.toContain("evaluation.json");
  }, 60_000);

  test("removes nothing where the new run cannot start", async () => {
    const out = await copied();
    const before = stateOfFiles(out);
    await caught(() => train(data, { ...TINY_CONFIG, device: "cuda:7", out }, { force: true }));
    const { "run.lock": _, ...after } = stateOfFiles(out);
    const { "run.lock": __, ...expected } = before;
    expect(after).toEqual(expected);
  }, 30_000);

  test("goes not with resume", async () => {
    const error = await caught(() => train(data, { ...TINY_CONFIG, out: run }, { force: true, resume: true }));
    expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", details: { parameter: "force" } });
  });
});
