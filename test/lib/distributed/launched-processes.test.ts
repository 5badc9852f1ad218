import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { launchProcesses } from "../../../lib/distributed/launch-processes";
import { childrenOf, isRunning } from "../../support/processes";
import { loggedEvents } from "../../support/run-files";
import { finished, runWsol, WSOL } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { settingsOf, TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

jest.setTimeout(120_000);

const folder = temporaryFolder();
const LONG = { ...TINY_CONFIG, optim: { ...TINY_CONFIG.optim, epochs: 500 } };
let data: string;

beforeAll(async () => {
  data = await tinyDataset(folder);
});

/** A run of two processes that has learnt for an epoch. */
async function launched(name: string): Promise<{ launcher: ChildProcess; processes: readonly number[]; out: string }> {
  const out = join(folder, name);
  const args = ["launch", "--nproc", "2", "train", "--data", data, "--out", out, ...settingsOf(LONG)];
  const launcher = spawn(process.execPath, [WSOL, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  await new Promise<void>((resolve, reject) => {
    finished(launcher, (stderr) => {
      if (/^epoch +1\//m.test(stderr)) resolve();
    }).then(({ stderr }) => reject(new Error(stderr)));
  });
  return { launcher, processes: childrenOf(launcher.pid!), out };
}

async function untilEnded(processes: readonly number[], milliseconds: number): Promise<void> {
  const given = performance.now() + milliseconds;
  while (processes.some(isRunning) && performance.now() < given) await sleep(50);
  expect(processes.filter(isRunning)).toEqual([]);
}

test("where the launcher is killed, its processes stop by themselves and the run is saved", async () => {
  const { launcher, processes, out } = await launched("orphaned");
  launcher.kill("SIGKILL");
  await untilEnded(processes, 20_000);
  const done = loggedEvents(out).length;
  const until = ["--resume", "--set", `optim.epochs=${done + 1}`];
  const { code, stderr } = await runWsol(["train", "--data", data, "--out", out, ...settingsOf(LONG), ...until]);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
});

test("SIGQUIT stops them as well", async () => {
  const { launcher, processes } = await launched("quit");
  launcher.kill("SIGQUIT");
  const [code] = await once(launcher, "close");
  expect(code).toBe(130);
  await untilEnded(processes, 1000);
});

test("processes train several runs one after the other", async () => {
  const outs = [join(folder, "first"), join(folder, "second")];
  const args = [join(__dirname, "two-runs.cjs"), data, ...outs, JSON.stringify(TINY_CONFIG)];
  expect(await launchProcesses(process.execPath, args, { count: 2 })).toBe(0);
  for (const out of outs) {
    const environment = JSON.parse(readFileSync(join(out, "environment.json"), "utf8"));
    expect(environment).toMatchObject({ processes: 2 });
    expect(readFileSync(join(out, "metrics.jsonl"), "utf8")).toContain('"epoch":2');
  }
});
