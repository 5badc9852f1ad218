import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resolveConfig } from "../../../lib/config/resolve";
import { RunFolder, readRunConfig } from "../../../lib/runs/run-folder";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();
let count = 0;
const fresh = (): string => join(root, `run-${count++}`);
const acquire = (path: string, resume = false) => RunFolder.acquire(path, { resume });

/** The number of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

describe("RunFolder.acquire", () => {
  test("makes the folder with its parents and holds a lock until release", async () => {
    const path = join(fresh(), "deep", "er");
    const folder = await acquire(path);
    expect(folder.path).toBe(path);
    expect(readFileSync(join(path, "run.lock"), "utf8")).toBe(String(process.pid));
    await folder.release();
    expect(readdirSync(path)).toEqual([]);
  });

  test("rejects a folder that a running fit holds, and leaves that one's lock", async () => {
    const path = fresh();
    const folder = await acquire(path);
    const error = await caught(() => acquire(path));
    expect(error).toMatchObject({ code: "ERR_WSOL_BUSY", details: { path, pid: process.pid } });
    expect(error.message).toContain(path);
    expect(existsSync(folder.file("lock"))).toBe(true);
    await folder.release();
    await (await acquire(path)).release();
  });

  test("only one of many at once gets the folder", async () => {
    const path = fresh();
    const tries = await Promise.allSettled(Array.from({ length: 12 }, () => acquire(path)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const codes = tries.map((one) => (one.status === "rejected" ? one.reason.code : "got it"));
    expect(codes.filter((code) => code === "ERR_WSOL_BUSY")).toHaveLength(11);
    expect(readdirSync(path)).toEqual(["run.lock"]);
  });

  test.each([
    ["a process that has ended", () => String(endedProcess())],
    ["nobody", () => ""],
    ["no number", () => "me"],
  ])("takes over the lock of %s", async (_, owner) => {
    const path = fresh();
    mkdirSync(path);
    writeFileSync(join(path, "run.lock"), owner());
    const folder = await acquire(path);
    expect(readFileSync(folder.file("lock"), "utf8")).toBe(String(process.pid));
  });

  test("takes over a lock with this process's number from before this process began", async () => {
    const path = fresh();
    mkdirSync(path);
    const lock = join(path, "run.lock");
    writeFileSync(lock, String(process.pid));
    utimesSync(lock, 1_000_000_000, 1_000_000_000);
    const folder = await acquire(path);
    expect(folder.path).toBe(path);
  });

  test("rejects a folder that holds a run already, names the fix and unlocks", async () => {
    const path = fresh();
    mkdirSync(path);
    writeFileSync(join(path, "config.json"), "{}");
    expect(await caught(() => acquire(path))).toMatchObject({
      code: "ERR_WSOL_RUN_FOLDER",
      message: `'${path}' already holds a run`,
      fix: "Pass --resume to continue it, or another --out.",
    });
    expect(readdirSync(path)).toEqual(["config.json"]);
  });

  test("rejects to resume where no run is, and unlocks", async () => {
    const path = fresh();
    const error = await caught(() => acquire(path, true));
    expect(error).toMatchObject({ code: "ERR_WSOL_RUN_FOLDER", details: { path } });
    expect(error.message).toContain("holds no run to resume");
    expect(existsSync(join(path, "run.lock"))).toBe(false);
  });

  test("resumes a folder that holds a run", async () => {
    const path = fresh();
    mkdirSync(path);
    writeFileSync(join(path, "config.json"), "{}");
    const folder = await acquire(path, true);
    expect([folder.has("config"), folder.has("state")]).toEqual([true, false]);
  });

  test("rejects a path below a file", async () => {
    const file = fresh();
    writeFileSync(file, "x");
    const path = join(file, "run");
    expect(await caught(() => acquire(path))).toMatchObject({ code: "ERR_WSOL_WRITE", details: { path } });
    expect(await caught(() => acquire(file))).toMatchObject({ code: "ERR_WSOL_WRITE" });
  });

  test("writes JSON that ends in a newline", async () => {
    const folder = await acquire(fresh());
    await folder.writeJson("evaluation", { pxap: 0.5 });
    expect(readFileSync(folder.file("evaluation"), "utf8")).toBe('{\n  "pxap": 0.5\n}\n');
  });
});

describe("readRunConfig", () => {
  const withConfig = (text: string): string => {
    const path = fresh();
    mkdirSync(path);
    writeFileSync(join(path, "config.json"), text);
    return path;
  };

  test("gives back the stored configuration", async () => {
    const config = resolveConfig({ loss: { lambda: 0.25 }, seed: 9 });
    expect(await readRunConfig(withConfig(JSON.stringify(config)))).toEqual(config);
  });

  test.each([
    ["null", "expected an object for 'config', got null"],
    ["[]", "expected an object for 'config', got an array of 0"],
    ["3", "expected an object for 'config', got 3"],
    ['{"model": {"backbone": "vgg16"}}', "'model.backbone'"],
    ['{"colour": "red"}', "unknown configuration key 'colour'"],
    ["", "its config.json is not JSON"],
    ['{"model": ', "its config.json is not JSON"],
  ])("rejects the config.json %j", async (text, words) => {
    const path = withConfig(text);
    const error = await caught(() => readRunConfig(path));
    expect(error).toMatchObject({ code: "ERR_WSOL_RUN_FOLDER", details: { path } });
    expect(error.message).toContain(`'${path}' is no run folder: `);
    expect(error.message).toContain(words);
  });

  test("tells a missing folder from one without a run", async () => {
    const empty = fresh();
    mkdirSync(empty);
    expect((await caught(() => readRunConfig(empty))).message).toBe(
      `'${empty}' is no run folder: it has no config.json`,
    );
    const absent = fresh();
    expect((await caught(() => readRunConfig(absent))).message).toBe(`'${absent}' is no run folder: no such folder`);
  });
});
