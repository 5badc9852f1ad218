import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateOfFiles } from "../../support/run-files";
import { runWsol } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { settingsOf, TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

const wsol = join(__dirname, "..", "..", "..", "bin", "wsol.js");
const folder = temporaryFolder();
const out = join(folder, "study");
const SETTINGS = settingsOf({ ...TINY_CONFIG, optim: { ...TINY_CONFIG.optim, epochs: 1 } });
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder);
}, 60_000);

const sweepInto = (to: string, ...options: string[]) => ["sweep", "--data", data, "--out", to, ...options, ...SETTINGS];

test("a sweep prints a table with its baseline and sweet spot on stdout, its progress on stderr", async () => {
  const { code, stdout, stderr } = await runWsol(sweepInto(out, "--vary", "eps=0:0.5:2", "--jobs", "2"));
  expect(code).toBe(0);
  const lines = stdout.trim().split("\n");
  expect(lines[0]).toBe("test: 2 arms, 1 seed; percent, entropy of log C");
  expect(lines[2]).toMatch(/^eps=0 .* baseline/);
  expect(lines[3]).toMatch(/^eps=0\.5 /);
  expect(stdout).toMatch(/\nSweet spot: eps=\S+, the best GT-known Loc on val with a top-1 of at least /);
  expect(stderr).toContain("2 arms, 1 seed: 2 runs\n");
  expect(stderr).toMatch(/eps=0\.5_seed=0: trained in \d+ s\n/);
  expect(readdirSync(join(out, "runs")).sort()).toEqual(["eps=0.5_seed=0", "eps=0_seed=0"]);
  // Two jobs share the cores of the CPU only where the settings leave the threads open.
  expect(JSON.parse(readFileSync(join(out, "runs", "eps=0_seed=0", "config.json"), "utf8")).threads).toBe(1);
}, 60_000);

test("--json of a finished study is exactly its results.json, and repeats nothing", async () => {
  const run = join(out, "runs", "eps=0_seed=0");
  const before = stateOfFiles(run);
  const { code, stdout } = await runWsol(sweepInto(out, "--vary", "eps=0,0.5", "--json"));
  expect(code).toBe(0);
  expect(stdout).toBe(readFileSync(join(out, "results.json"), "utf8"));
  expect(stateOfFiles(run)).toEqual(before);
}, 30_000);

test("a study with a run that failed prints its table and ends with 1", async () => {
  writeFileSync(join(out, "runs", "eps=0.5_seed=0", "state.safetensors"), "no tensors");
  const { code, stdout, stderr } = await runWsol(sweepInto(out, "--vary", "eps=0,0.5"));
  expect(code).toBe(1);
  expect(stdout).toMatch(/^eps=0\.5 .* 1 run failed$/m);
  expect(stdout).toContain("failed: eps=0.5_seed=0: ERR_WSOL_CHECKPOINT: ");
  expect(stderr).toMatch(/1 run failed; the same command tries again\n$/);
}, 30_000);

test("a run that misses a file is told with what to do", async () => {
  rmSync(join(out, "runs", "eps=0.5_seed=0", "state.safetensors"));
  const { code, stderr } = await runWsol(sweepInto(out, "--vary", "eps=0,0.5"));
  expect(code).toBe(1);
  expect(stderr).toContain(
    "has no state.safetensors\nPut the file back, or move the folder away to train the run again.\n",
  );
}, 30_000);

test("Ctrl-C saves, exits 130, and the same command goes on", async () => {
  const to = join(folder, "interrupted");
  const child = spawn(process.execPath, [wsol, ...sweepInto(to, "--vary", "loss.lambda=0,1")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said += text;
    // Once: a second one ends it on the spot.
    if (said.includes("loss.lambda=1_seed=0\n") && !child.killed) child.kill("SIGINT");
  });
  expect(await once(child, "close")).toEqual([130, null]);
  expect(said).toContain("finishing the steps and saving");
  const before = stateOfFiles(join(to, "runs", "loss.lambda=0_seed=0"));
  const { code, stderr } = await runWsol(sweepInto(to, "--vary", "loss.lambda=0,1"));
  expect(code).toBe(0);
  expect(stderr).toContain("2 runs, 1 finished before");
  expect(stateOfFiles(join(to, "runs", "loss.lambda=0_seed=0"))).toEqual(before);
}, 60_000);

test.each([
  ["a sweep without its baseline", ["--vary", "loss.lambda=0.1,1"], 2, "ERR_WSOL_CONFIG: expected 0, the baseline"],
  ["a key that does not exist", ["--vary", "loss.lamda=0,1"], 2, "Did you mean 'loss.lambda'?"],
  ["eps beside loss.lambda", ["--vary", "eps=0,0.1", "--set", "loss.lambda=0"], 2, "cannot be given beside 'eps'"],
  ["nothing to vary", [], 2, "--vary"],
  ["a list without values", ["--vary", "eps="], 2, "ERR_WSOL_USAGE"],
  ["a seed that is none", ["--vary", "eps=0,0.1", "--seeds", "0,x"], 2, "whole number"],
  ["a seed for all", ["--vary", "eps=0,0.1", "--set", "seed=1"], 2, "Pass the seeds as --seeds"],
  ["an unknown device", ["--vary", "eps=0,0.1", "--device", "gpu"], 2, "ERR_WSOL_ARGUMENT"],
  ["a split that is not there", ["--vary", "eps=0,0.1", "--split", "tset"], 3, "Did you mean 'test'?"],
  [
    "acol with a gradient map",
    ["--vary", "method.name=none,acol", "--set", "scoreMap.kind=grad-cam"],
    2,
    "in the arm 'method.name=acol'",
  ],
])(
  "%s is refused before anything is made",
  async (_, options, expected, words) => {
    const to = join(folder, "refused");
    const { code, stderr, stdout } = await runWsol(sweepInto(to, ...options));
    expect([code, stdout]).toEqual([expected, ""]);
    expect(stderr).toContain(words);
    expect(existsSync(to)).toBe(false);
  },
  20_000,
);
