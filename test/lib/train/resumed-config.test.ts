import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resolveConfig } from "../../../lib/config/resolve";
import type { ConfigInput } from "../../../lib/config/schema";
import { RunFolder } from "../../../lib/runs/run-folder";
import { startPosition } from "../../../lib/train/position";
import { changedScheduleWarning, resumedConfig } from "../../../lib/train/resumed-config";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();
const opened: RunFolder[] = [];
afterEach(() => {
  for (const folder of opened.splice(0)) folder.release();
});
let made = 0;

const DIVERGED = { type: "failed", code: "ERR_WSOL_NON_FINITE_LOSS", step: 3 };

/** A run of two epochs with that configuration and log. */
async function runWith(config: ConfigInput = {}, events: readonly object[] = []): Promise<RunFolder> {
  const path = join(root, String(made++));
  mkdirSync(path);
  const stored = resolveConfig({ ...config, optim: { epochs: 2, ...config.optim } });
  writeFileSync(join(path, "config.json"), JSON.stringify(stored));
  writeFileSync(join(path, "metrics.jsonl"), events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  const folder = await RunFolder.acquire(path, { resume: true, force: false, onWarning: () => undefined });
  opened.push(folder);
  return folder;
}

const at = (epoch: number, stepInEpoch = 0) => ({ ...startPosition(), epoch, stepInEpoch });

describe("a resumed configuration", () => {
  test("is the stored one, with what is given of device, threads, cache and epochs", async () => {
    const folder = await runWith({ seed: 4, loss: { lambda: 0.5 } });
    const stored = await resumedConfig(folder, {}, at(1));
    expect(stored).toMatchObject({ seed: 4, loss: { lambda: 0.5 }, optim: { epochs: 2 } });
    const given = { device: "cpu", threads: 3, data: { cacheMemory: 7 }, optim: { epochs: 9 } };
    expect(await resumedConfig(folder, given, at(1))).toEqual({
      ...stored,
      ...{ device: "cpu", threads: 3 },
      data: { ...stored.data, cacheMemory: 7 },
      optim: { ...stored.optim, epochs: 9 },
    });
  });

  test("takes a key that is given again with the stored value", async () => {
    const folder = await runWith({ optim: { lr: 0.5 } });
    expect((await resumedConfig(folder, { optim: { lr: 0.5 } }, at(1))).optim.lr).toBe(0.5);
  });

  test("refuses any other key, with both values and what to do", async () => {
    const folder = await runWith();
    expect(await caught(() => resumedConfig(folder, { seed: 5 }, at(1)))).toMatchObject({
      code: "ERR_WSOL_CONFIG",
      message: "expected 0, as the run began, for 'seed', got 5",
      details: { key: "seed" },
      fix: "Leave the key out to resume, or start a new run.",
    });
  });

  test("takes any key where nothing was stored yet", async () => {
    const folder = await runWith();
    expect(await resumedConfig(folder, { seed: 5, optim: { lr: 1 } }, null)).toMatchObject({
      seed: 5,
      optim: { lr: 1, epochs: 2 },
    });
  });

  test.each<[string, readonly object[], boolean]>([
    ["after one", [{ type: "start" }, DIVERGED], true],
    ["after another failure", [{ type: "start" }, { ...DIVERGED, code: "ERR_WSOL_IMAGE" }], false],
    ["after a session since then", [DIVERGED, { type: "start" }], false],
    ["without a log", [], false],
  ])("is free in its learning rate just after a session that diverged: %s", async (_, events, isFree) => {
    const folder = await runWith({}, events);
    const given = resumedConfig(folder, { optim: { lr: 0.001 } }, at(1));
    if (isFree) expect((await given).optim.lr).toBe(0.001);
    else expect((await caught(() => given)).details.key).toBe("optim.lr");
  });

  test.each([
    [1, 0, 1],
    [1, 1, 2],
    [2, 0, 2],
  ])("at epoch %i, step %i has at least %i epochs", async (epoch, step, least) => {
    const folder = await runWith({ optim: { epochs: 3 } });
    const withEpochs = (epochs: number) => resumedConfig(folder, { optim: { epochs } }, at(epoch, step));
    expect((await withEpochs(least)).optim.epochs).toBe(least);
    if (least === 1) return;
    expect(await caught(() => withEpochs(least - 1))).toMatchObject({
      code: "ERR_WSOL_CONFIG",
      message: `expected at least ${least}, the epochs that the run has begun, for 'optim.epochs', got ${least - 1}`,
      details: { key: "optim.epochs" },
    });
  });
});

describe("more epochs", () => {
  const warningFor = async (optim: NonNullable<ConfigInput["optim"]>, epochs: number, step = 5) => {
    const folder = await runWith({ optim });
    const config = resolveConfig({ optim: { ...optim, epochs } });
    return changedScheduleWarning(folder, config, { step, stepsPerEpoch: 5 });
  };

  test.each(["cosine", "onecycle"] as const)(
    "change the learning rate of %s, and a warning says so",
    async (schedule) => {
      expect(await warningFor({ schedule }, 3)).toBe(
        "optim.epochs is 3, the run had 2: " +
          `from here on the learning rate is that of optim.schedule=${schedule} over 3 epochs`,
      );
      expect(await warningFor({ schedule }, 2)).toBeNull();
    },
  );

  test.each(["constant", "step"] as const)("change nothing of %s", async (schedule) => {
    expect(await warningFor({ schedule }, 3)).toBeNull();
  });

  test("change nothing of a cosine before its first step, whose rate is lr", async () => {
    expect(await warningFor({ schedule: "cosine" }, 3, 0)).toBeNull();
  });
});
