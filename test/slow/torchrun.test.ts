import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { childOfRank } from "../support/processes";
import { loggedEvents } from "../support/run-files";
import { finished, runWsol, WSOL } from "../support/run-wsol";
import { temporaryFolder } from "../support/temporary-folder";
import { settingsOf, TINY_CONFIG, tinyDataset } from "../support/tiny-data";

// torchrun starts `wsol train` unchanged, where a Python with PyTorch is at hand.

jest.setTimeout(300_000);

const PYTHON = process.env.WSOL_TEST_PYTHON ?? "python3";
const folder = temporaryFolder();

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

function torchrun(args: readonly string[]): ChildProcess {
  const own = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "--no-python"];
  return spawn(PYTHON, [...own, process.execPath, WSOL, ...args]);
}

const trainArgs = (name: string, config: object = TINY_CONFIG) => [
  ...["train", "--data", data, "--out", join(folder, name)],
  ...settingsOf({ ...config, distributed: { syncBatchNorm: true } }),
];

const epochsOf = (name: string) => loggedEvents(join(folder, name)).filter(({ type }) => type === "epoch");

withTorchrun("torchrun trains what `wsol launch` trains", async () => {
  const { code, stderr } = await finished(torchrun(trainArgs("torchrun")));
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
  const launcher = torchrun(trainArgs("killed", long));
  const { code } = await finished(launcher, (stderr) => {
    if (killedAt > 0 || !/^epoch +1\//m.test(stderr)) return;
    killedAt = performance.now();
    process.kill(childOfRank(launcher.pid!, 1), "SIGKILL");
  });
  expect(performance.now() - killedAt).toBeLessThan(60_000);
  expect(code).not.toBe(0);
  const done = epochsOf("killed").length;
  const until = ["--resume", "--set", `optim.epochs=${done + 1}`];
  const resumed = await finished(torchrun([...trainArgs("killed", long), ...until]));
  expect({ code: resumed.code, stderr: resumed.code === 0 ? "" : resumed.stderr }).toEqual({ code: 0, stderr: "" });
  expect(epochsOf("killed").at(-1)!.epoch).toBe(done + 1);
});
