import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../lib/data/random";
import { stateOfFiles } from "../support/run-files";
import { temporaryFolder } from "../support/temporary-folder";
import { settingsOf, TINY_CONFIG, tinyDataset } from "../support/tiny-data";

// A sweep that is killed ten times, at random moments, repeats no finished run and ends with the table of one that was not.

const KILLS = 10;
const SEED = Number(process.env.WSOL_SWEEP_KILL_SEED ?? 1);
/** Of the time that the whole sweep takes: ten lives are less than all of it, and some are longer than a run. */
const LONGEST_LIFE = 0.18;
/** Where nothing is left to do: shorter than a process needs to start and look. */
const SHORT_LIFE_MS = 300;
const RUNS = 8;

jest.setTimeout(900_000);

const wsol = join(__dirname, "..", "..", "bin", "wsol.js");
const folder = temporaryFolder();
const VARY = ["--vary", "loss.lambda=0,0.5", "--vary", "method.name=none,adl", "--seeds", "0,1"];
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder);
});

interface Swept {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly stdout: string;
}

async function sweepInto(out: string, lifeMs: number | null): Promise<Swept> {
  const child = spawn(
    process.execPath,
    [wsol, "sweep", "--data", data, "--out", out, ...VARY, ...settingsOf(TINY_CONFIG)],
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  let stdout = "";
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  const timer = lifeMs === null ? null : setTimeout(() => child.kill("SIGKILL"), lifeMs);
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  if (timer !== null) clearTimeout(timer);
  return { code, signal, stdout };
}

/** The files of the runs that are finished: those that have been evaluated. */
function finishedRuns(out: string): Record<string, Record<string, string>> {
  const runs = join(out, "runs");
  const names = existsSync(runs) ? readdirSync(runs) : [];
  const finished = names.filter((name) => existsSync(join(runs, name, "evaluation.json")));
  return Object.fromEntries(finished.map((name) => [name, stateOfFiles(join(runs, name))]));
}

test(`a sweep killed ${KILLS} times repeats no finished run and ends with the same table and weights`, async () => {
  const undisturbed = join(folder, "undisturbed");
  const startedAt = performance.now();
  const whole = await sweepInto(undisturbed, null);
  const wholeMs = performance.now() - startedAt;
  expect(whole.code).toBe(0);

  const out = join(folder, "killed");
  const random = new Random(SEED);
  let [kills, repeated] = [0, 0];
  const finishedAtKills: number[] = [];
  while (kills < KILLS) {
    const before = finishedRuns(out);
    const isDone = Object.keys(before).length === RUNS;
    const life = random.float() * (isDone ? SHORT_LIFE_MS : LONGEST_LIFE * wholeMs);
    const { signal } = await sweepInto(out, life);
    expect(finishedRuns(out)).toMatchObject(before);
    if (signal === "SIGKILL") kills += 1;
    else repeated += 1;
    finishedAtKills.push(Object.keys(finishedRuns(out)).length);
    expect(repeated).toBeLessThan(KILLS);
  }
  const before = finishedRuns(out);
  const last = await sweepInto(out, null);
  console.info(`finished runs after each kill, of ${RUNS}: ${finishedAtKills.join(" ")}`);
  expect(finishedRuns(out)).toMatchObject(before);
  expect(last).toEqual(whole);
  expect(readFileSync(join(out, "results.json"), "utf8")).toBe(readFileSync(join(undisturbed, "results.json"), "utf8"));
  for (const name of readdirSync(join(undisturbed, "runs"))) {
    const weights = (study: string) => readFileSync(join(study, "runs", name, "last.safetensors"));
    expect(weights(out).equals(weights(undisturbed))).toBe(true);
  }
});
