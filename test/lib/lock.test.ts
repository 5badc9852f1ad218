import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { WsolError } from "../../lib/errors";
import { FolderLock } from "../../lib/lock";
import { caught } from "../support/caught";
import { root } from "../support/compiled";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let count = 0;
const fresh = (): string => join(folder, `lock-${count++}`);
const acquire = (path: string, onWarning: (message: string) => void = fail) =>
  FolderLock.acquire(path, folder, onWarning);

function fail(message: string): never {
  throw new Error(`unexpected warning: ${message}`);
}

/** A program that takes the lock at its first argument, says so and waits. */
const HOLD = `
  const { FolderLock } = require(${JSON.stringify(join(root, "dist", "lock"))});
  FolderLock.acquire(process.argv[1], "here", console.error).then((lock) => {
    lock.sign();
    globalThis.kept = lock;
    setInterval(() => {}, 1000);
    console.log("held by " + process.pid);
  });
`;

/** Resolves to the number of the process that has said that it holds the lock. */
async function holderOf(child: ChildProcess): Promise<number> {
  let said = "";
  for await (const text of child.stdout!) {
    said += text;
    const pid = /held by (\d+)\n/.exec(said)?.[1];
    if (pid !== undefined) return Number(pid);
  }
  throw new Error(`expected a holder, got ${said}`);
}

test("a process that runs keeps the lock from others, and its end frees it", async () => {
  const path = fresh();
  const child = spawn(process.execPath, ["-e", HOLD, path], { stdio: ["ignore", "pipe", "inherit"] });
  const pid = await holderOf(child);
  expect(await caught(() => acquire(path))).toMatchObject({ code: "ERR_WSOL_BUSY", details: { pid } });
  child.kill("SIGKILL");
  await once(child, "exit");
  (await acquire(path)).release();
}, 20_000);

// Node waits for its children; this parent starts one and becomes a program that knows of none.
const NEGLECTFUL = '"$@" & exec sleep 60';

test("a killed process that nobody has waited for holds nothing", async () => {
  const path = fresh();
  const parent = spawn("sh", ["-c", NEGLECTFUL, "sh", process.execPath, "-e", HOLD, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const pid = await holderOf(parent);
    process.kill(pid, "SIGKILL");
    let lock: FolderLock | null = null;
    for (let tries = 0; lock === null && tries < 100; tries++) {
      lock = await acquire(path).catch(() => new Promise<null>((resolve) => setTimeout(() => resolve(null), 20)));
    }
    // Still there, as a zombie.
    expect(() => process.kill(pid, 0)).not.toThrow();
    expect(lock).not.toBeNull();
    lock?.release();
  } finally {
    parent.kill("SIGKILL");
  }
}, 20_000);

test("a file that is removed while it is held does not keep the next holder out, nor does release touch the next one's", async () => {
  const path = fresh();
  const first = await acquire(path);
  rmSync(path);
  const second = await acquire(path);
  first.release();
  expect((await caught(() => acquire(path))).code).toBe("ERR_WSOL_BUSY");
  second.release();
});

test("rejects a lock file that cannot be written", async () => {
  const path = join(folder, "absent", "run.lock");
  expect(await caught(() => acquire(path))).toMatchObject({
    code: "ERR_WSOL_WRITE",
    message: `cannot write '${path}': its folder does not exist`,
    details: { path },
  });
});

test("rejects without the small addon, and makes no file", async () => {
  jest.resetModules();
  const missing = new WsolError("ERR_WSOL_ADDON", "the native addon 'metrics' is not built");
  jest.doMock("../../lib/native/load-metrics", () => ({
    loadMetricsAddon: () => {
      throw missing;
    },
  }));
  const mocked = require("../../lib/lock") as typeof import("../../lib/lock");
  const path = fresh();
  expect(await caught(() => mocked.FolderLock.acquire(path, folder, fail))).toBe(missing);
  expect(existsSync(path)).toBe(false);
  jest.dontMock("../../lib/native/load-metrics");
});

describe("on a file system without locks", () => {
  test("goes on with a warning that names the folder", async () => {
    jest.resetModules();
    jest.doMock("../../lib/native/load-metrics", () => ({
      loadMetricsAddon: () => ({
        FileLock: class {
          tryAcquire = () => "unsupported";
          write = () => undefined;
          release = () => undefined;
        },
      }),
    }));
    const mocked = require("../../lib/lock") as typeof import("../../lib/lock");
    const warnings: string[] = [];
    const lock = await mocked.FolderLock.acquire(fresh(), "/runs/a", (message) => warnings.push(message));
    lock.sign();
    lock.release();
    expect(warnings).toEqual([
      "the file system of '/runs/a' has no locks: see to it that no other run writes there at the same time",
    ]);
    jest.dontMock("../../lib/native/load-metrics");
  });
});
