import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FitEvent } from "../../../lib/runs/events";
import { childOfRank } from "../../support/processes";
import { loggedEvents } from "../../support/run-files";
import { type Finished, finished, runWsol, WSOL } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { settingsOf, TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

const folder = temporaryFolder();
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder);
}, 60_000);

const out = (name: string) => join(folder, name);
const TOGETHER = ["launch", "--nproc", "2"];
const SYNC = ["--set", "distributed.syncBatchNorm=true"];

function trainArgs(name: string, ...more: readonly string[]): string[] {
  return ["train", "--data", data, "--out", out(name), ...settingsOf(TINY_CONFIG), ...more];
}

function epochsOf(name: string): Extract<FitEvent, { type: "epoch" }>[] {
  return loggedEvents(out(name)).filter(({ type }) => type === "epoch") as unknown as ReturnType<typeof epochsOf>;
}

function expectDone({ code, stderr }: Finished): void {
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
}

test("NCCL on the CPU is refused by all alike", async () => {
  const { code, stderr } = await runWsol([...TOGETHER, ...trainArgs("nccl", "--set", "distributed.backend=nccl")]);
  expect(code).toBe(2);
  expect(stderr).toContain("expected 'gloo' for 'distributed.backend' of processes that train on the CPU, got 'nccl'");
}, 60_000);

describe("two processes with one batch norm", () => {
  beforeAll(async () => {
    expectDone(await runWsol(trainArgs("alone")));
    expectDone(await runWsol([...TOGETHER, ...trainArgs("together", ...SYNC)]));
  }, 120_000);

  test("learn what one learns", () => {
    const [alone, together] = [epochsOf("alone"), epochsOf("together")];
    expect(together).toHaveLength(2);
    expect(together.map(({ step }) => step)).toEqual(alone.map(({ step }) => step));
    // Rounding grows from step to step; single steps are compared in C++.
    expect(Math.abs(together[0]!.loss / alone[0]!.loss - 1)).toBeLessThan(0.05);
  });

  test("share out val, and have the figures that one process finds with these weights", async () => {
    const args = [
      "evaluate",
      "--run",
      out("together"),
      "--data",
      data,
      "--split",
      "val",
      "--checkpoint",
      "last",
      "--json",
    ];
    const { stdout } = await runWsol(args);
    const { gtKnownLoc, pxap, top1Cls, meanEntropy } = JSON.parse(stdout);
    const val = epochsOf("together")[1]!.val!;
    expect(val).toMatchObject({ gtKnownLoc, top1Cls });
    expect(val.pxap).toBeCloseTo(pxap, 6);
    expect(val.meanEntropy).toBeCloseTo(meanEntropy, 6);
  });

  test("leave one run, which says how many they were", () => {
    const environment = JSON.parse(readFileSync(join(out("together"), "environment.json"), "utf8"));
    expect(environment).toMatchObject({ processes: 2, threads: 1 });
    expect(existsSync(join(out("together"), "best.safetensors"))).toBe(true);
  });
});

test("two processes print one result, and the lines of one", async () => {
  const { code, stdout, stderr } = await runWsol([...TOGETHER, ...trainArgs("printed", "--json")]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ out: out("printed"), last: { epoch: 2 } });
  expect(stderr.match(/^epoch 2\/2/gm)).toHaveLength(1);
  expect(stderr).not.toContain("[process 1]");
}, 120_000);

/** Ends `child` in some way once its run has logged its first epoch. */
async function afterFirstEpoch(name: string, child: ChildProcess, end: () => void): Promise<Finished> {
  const ended = await finished(child, (stderr) => {
    if (/^epoch +1\//m.test(stderr)) end();
  });
  expect(existsSync(join(out(name), "config.json"))).toBe(true);
  return ended;
}

const once = (work: () => void) => {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
};

const LONG = ["--set", "optim.epochs=200"];

test("Ctrl-C stops both after the same step; one process alone, and two again, go on from there", async () => {
  const child = spawn(process.execPath, [WSOL, ...TOGETHER, ...trainArgs("stopped", ...LONG, ...SYNC)]);
  const stopped = await afterFirstEpoch(
    "stopped",
    child,
    once(() => child.kill("SIGINT")),
  );
  expect(stopped.code).toBe(130);
  const done = epochsOf("stopped").length;
  const until = (epochs: number) => ["--resume", "--set", `optim.epochs=${epochs}`];
  expectDone(await runWsol(trainArgs("stopped", ...SYNC, ...until(done + 2))));
  expectDone(await runWsol([...TOGETHER, ...trainArgs("stopped", ...SYNC, ...until(done + 4))]));
  expect(epochsOf("stopped").map(({ epoch }) => epoch)).toEqual(
    Array.from({ length: done + 4 }, (_, index) => index + 1),
  );
}, 180_000);

test("where a process is killed, the other ends within seconds and says why", async () => {
  const child = spawn(process.execPath, [WSOL, ...TOGETHER, ...trainArgs("killed", ...LONG)]);
  let killedAt = 0;
  const kill = once(() => {
    killedAt = performance.now();
    process.kill(childOfRank(child.pid!, 1), "SIGKILL");
  });
  const { code, stderr } = await afterFirstEpoch("killed", child, kill);
  expect(performance.now() - killedAt).toBeLessThan(10_000);
  expect(code).toBe(1);
  expect(stderr).toContain("process 1 was ended by SIGKILL");
  expect(stderr).toContain("ERR_WSOL_DISTRIBUTED");
}, 120_000);

test("what only one of them cannot do fails both, with a code", async () => {
  const port = String(20_000 + (process.pid % 20_000));
  const env = (rank: number) => ({
    ...{ RANK: `${rank}`, WORLD_SIZE: "2", LOCAL_RANK: `${rank}`, LOCAL_WORLD_SIZE: "2" },
    ...{ MASTER_ADDR: "127.0.0.1", MASTER_PORT: port },
  });
  const other = await tinyDataset(join(folder, "other"), { train: 28 });
  const [first, second] = await Promise.all([
    runWsol(trainArgs("unlike"), env(0)),
    runWsol(["train", "--data", other, "--out", out("unlike"), ...settingsOf(TINY_CONFIG)], env(1)),
  ]);
  expect([first.code, second.code]).toEqual([1, 3]);
  expect(first.stderr).toContain("ERR_WSOL_DISTRIBUTED");
  expect(first.stderr).toContain("process 1 of the run failed: ERR_WSOL_DATA");
  expect(second.stderr).toContain("is not the data set that the first process has");
}, 120_000);

test.each([
  ["optim.batchSize=7", "optim.batchSize"],
  ["data.onBadImage=skip", "data.onBadImage"],
])(
  "%s is refused by all before anything is written",
  async (setting, key) => {
    const { code, stderr } = await runWsol([...TOGETHER, ...trainArgs("refused", "--set", setting)]);
    expect(code).toBe(2);
    expect(stderr).toContain(`'${key}'`);
    expect(existsSync(out("refused"))).toBe(false);
  },
  60_000,
);

test.each([
  [["--nproc", "1", "train"], "option '--nproc <n>' argument '1' is invalid. Expected a whole number of at least 2."],
  [["--nproc", "2", "evaluate"], "ERR_WSOL_USAGE: expected the command 'train'"],
])("launch %j is a wrong usage", async (args, word) => {
  const { code, stderr } = await runWsol(["launch", ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(word);
});
