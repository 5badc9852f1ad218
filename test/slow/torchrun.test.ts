import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Finished, runWsol } from "../support/run-wsol";
import { temporaryFolder } from "../support/temporary-folder";
import { settingsOf, TINY_CONFIG, tinyDataset } from "../support/tiny-data";

// torchrun starts `wsol train` unchanged, where a Python with PyTorch is at hand.

jest.setTimeout(300_000);

const PYTHON = process.env.WSOL_TEST_PYTHON ?? "python3";
const folder = temporaryFolder();
const wsol = join(__dirname, "..", "..", "bin", "wsol.js");

const reason = whyNot();
if (reason !== null) console.warn(`skipped: training by torchrun, ${reason}`);
const withTorchrun = reason === null ? test : test.skip;

function whyNot(): string | null {
  try {
    execFileSync(PYTHON, ["-m", "torch.distributed.run", "--help"], { stdio: "pipe" });
    return null;
  } catch {
    return `since ${PYTHON} has no torch.distributed.run (WSOL_TEST_PYTHON names another)`;
  }
}

let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder);
});

function torchrun(args: readonly string[], onStderr: (text: string) => void = () => undefined): Promise<Finished> {
  const own = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "--no-python"];
  const child = spawn(PYTHON, [...own, process.execPath, wsol, ...args]);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => {
    output.stdout += text;
  });
  child.stderr.on("data", (text) => {
    output.stderr += text;
    onStderr(output.stderr);
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...output })));
}

const trainArgs = (name: string, config: object = TINY_CONFIG) => [
  ...["train", "--data", data, "--out", join(folder, name)],
  ...settingsOf({ ...config, distributed: { syncBatchNorm: true } }),
];

function epochsOf(name: string): readonly { readonly epoch: number; readonly loss: number }[] {
  const lines = readFileSync(join(folder, name, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line)).filter(({ type }) => type === "epoch");
}

withTorchrun("torchrun trains what `wsol launch` trains", async () => {
  const { code, stderr } = await torchrun(trainArgs("torchrun"));
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  expect(stderr.match(/^epoch 2\/2/gm)).toHaveLength(1);
  expect((await runWsol(["launch", "--nproc", "2", ...trainArgs("launch")])).code).toBe(0);
  const environment = JSON.parse(readFileSync(join(folder, "torchrun", "environment.json"), "utf8"));
  expect(environment).toMatchObject({ processes: 2, threads: 1 });
  // The same sums in the same order: to the last bit.
  expect(epochsOf("torchrun").map(({ loss }) => loss)).toEqual(epochsOf("launch").map(({ loss }) => loss));
});

withTorchrun("where a process is killed, torchrun ends with an error within seconds, and the run resumes", async () => {
  let killedAt = 0;
  const long = { ...TINY_CONFIG, optim: { ...TINY_CONFIG.optim, epochs: 500 } };
  const { code } = await torchrun(trainArgs("killed", long), (stderr) => {
    if (killedAt > 0 || !/^epoch +1\//m.test(stderr)) return;
    killedAt = performance.now();
    process.kill(pidOfRank(1), "SIGKILL");
  });
  expect(performance.now() - killedAt).toBeLessThan(60_000);
  expect(code).not.toBe(0);
  const done = epochsOf("killed").length;
  const until = ["--resume", "--set", `optim.epochs=${done + 1}`];
  const resumed = await torchrun([...trainArgs("killed", long), ...until]);
  expect({ code: resumed.code, stderr: resumed.code === 0 ? "" : resumed.stderr }).toEqual({ code: 0, stderr: "" });
  expect(epochsOf("killed").at(-1)!.epoch).toBe(done + 1);
});

/** The process of the run in this test's folder that has this rank. */
function pidOfRank(rank: number): number {
  const pids = execFileSync("ps", ["-eo", "pid"], { encoding: "utf8" }).match(/\d+/g)!.map(Number);
  const found = pids.find((pid) => {
    const [command, environment] = ["cmdline", "environ"].map((name) => `/proc/${pid}/${name}`);
    if (!existsSync(command!) || !readFileSync(command!, "utf8").startsWith(process.execPath)) return false;
    return (
      readFileSync(command!, "utf8").includes(folder) && readFileSync(environment!, "utf8").includes(`\0RANK=${rank}\0`)
    );
  });
  if (found === undefined) throw new Error(`no process of rank ${rank}`);
  return found;
}
