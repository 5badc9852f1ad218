import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { configSchema } from "../../lib/config/schema";
import { Random } from "../../lib/data/random";
import { fit as train } from "../../lib/train/fit";
import { temporaryFolder } from "../support/temporary-folder";
import { TINY_CONFIG, tinyDataset } from "../support/tiny-data";

// Every training method under SIGKILL at random moments: what draws at random draws the same again, so that the weights are
// bit for bit those of the run that nobody disturbed.

const KILLS = 4;
const contender = join(__dirname, "contender.cjs");
const METHODS = configSchema.shape.method.unwrap().shape.name.unwrap().options;

const folder = temporaryFolder();
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder, { train: 12, val: 3, test: 0 });
});

const configOf = (name: (typeof METHODS)[number]) => ({
  ...TINY_CONFIG,
  optim: { ...TINY_CONFIG.optim, epochs: 4, batchSize: 3 },
  loss: { lambda: 0.1 },
  // Under which all branches are drawn within these sixteen steps.
  method: { name, cutmix: { probability: 0.5 }, adl: { dropRate: 0.5 }, rdap: { dropRate: 0.5 } },
});

/** Starts the run, or resumes it. */
function start(out: string, config: object): ChildProcess {
  return spawn(process.execPath, [contender, data, out, JSON.stringify(config)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Whether a checkpoint of the run was written after that moment. */
function hasSavedSince(out: string, moment: number): boolean {
  return (statSync(join(out, "state.safetensors"), { throwIfNoEntry: false })?.mtimeMs ?? 0) > moment;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Kills a session at a random moment after it has saved an epoch. */
async function killAfterSaving(out: string, config: object, random: Random): Promise<boolean> {
  const startedAt = Date.now();
  const child = start(out, config);
  const ended = once(child, "exit");
  while (!hasSavedSince(out, startedAt) && child.exitCode === null) await sleep(5);
  await sleep(random.between(0, 150));
  const wasAtWork = child.exitCode === null && child.kill("SIGKILL");
  await ended;
  return wasAtWork && child.signalCode === "SIGKILL";
}

test.each(METHODS)(
  "a run with %s that is killed again and again ends with the weights of the one that nobody disturbed",
  async (name) => {
    const config = configOf(name);
    const [whole, killed] = [join(folder, `${name}-whole`), join(folder, `${name}-killed`)];
    await train(data, { ...config, out: whole });
    const random = new Random(METHODS.indexOf(name));
    let kills = 0;
    for (let attempt = 0; attempt < KILLS; attempt++) kills += Number(await killAfterSaving(killed, config, random));
    expect(kills).toBeGreaterThan(0);
    expect((await once(start(killed, config), "exit"))[0]).toBe(0);
    for (const file of ["last.safetensors", "best.safetensors"]) {
      expect(readFileSync(join(killed, file)).equals(readFileSync(join(whole, file)))).toBe(true);
    }
  },
  300_000,
);
