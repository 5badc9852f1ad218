import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { resolveConfig } from "../../../lib/config/resolve";
import { RUN_FILES, RunFolder, readRunConfig } from "../../../lib/runs/run-folder";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();
let count = 0;
const fresh = (): string => join(root, `run-${count++}`);
const noWarning = (message: string): never => {
  throw new Error(`unexpected warning: ${message}`);
};
const acquire = (path: string, { resume = false, force = false } = {}) =>
  RunFolder.acquire(path, { resume, force, onWarning: noWarning });

/** A folder with these files in it. */
function folderWith(...files: string[]): string {
  const path = fresh();
  mkdirSync(path);
  for (const file of files) writeFileSync(join(path, file), "{}");
  return path;
}

const filesOf = (path: string): string[] => readdirSync(path).filter((name) => name !== RUN_FILES.lock);

describe("RunFolder.acquire", () => {
  test("makes the folder with its parents, and its lock file stays after release", async () => {
    const path = join(fresh(), "deep", "er");
    const folder = await acquire(path);
    expect(folder.path).toBe(path);
    expect(readFileSync(join(path, "run.lock"), "utf8")).toBe("");
    folder.sign();
    const holder = JSON.parse(readFileSync(join(path, "run.lock"), "utf8"));
    expect(holder).toEqual({ pid: process.pid, host: hostname() });
    folder.release();
    expect(readdirSync(path)).toEqual(["run.lock"]);
    expect(readFileSync(join(path, "run.lock"), "utf8")).toBe("");
  });

  test("rejects a folder that a running fit holds, names the holder, and leaves that one's lock", async () => {
    const path = fresh();
    const folder = await acquire(path);
    folder.sign();
    const error = await caught(() => acquire(path));
    expect(error).toMatchObject({
      code: "ERR_WSOL_BUSY",
      message: `'${path}' is held by a running fit (process ${process.pid} on ${hostname()})`,
      details: { path, pid: process.pid, host: hostname() },
    });
    expect((await caught(() => acquire(path))).code).toBe("ERR_WSOL_BUSY");
    folder.release();
    (await acquire(path)).release();
  });

  test("rejects a folder whose holder has not signed yet", async () => {
    const path = fresh();
    const folder = await acquire(path);
    expect((await caught(() => acquire(path))).message).toBe(`'${path}' is held by a running fit`);
    folder.release();
  });

  test.each(["null", "[]", '{"pid":"1","host":"here"}', '{"pid":1}'])(
    "names no holder where the lock file says %j",
    async (text) => {
      const path = fresh();
      const folder = await acquire(path);
      writeFileSync(join(path, "run.lock"), text);
      expect(await caught(() => acquire(path))).toMatchObject({
        message: `'${path}' is held by a running fit`,
        details: { path },
      });
      folder.release();
    },
  );

  test("releasing twice does not free the lock of the next holder", async () => {
    const path = fresh();
    const first = await acquire(path);
    first.release();
    const second = await acquire(path);
    first.release();
    expect((await caught(() => acquire(path))).code).toBe("ERR_WSOL_BUSY");
    second.release();
  });

  test("only one of many at once gets the folder", async () => {
    const path = fresh();
    const tries = await Promise.allSettled(Array.from({ length: 12 }, () => acquire(path)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const codes = tries.map((one) => (one.status === "rejected" ? one.reason.code : "got it"));
    expect(codes.filter((code) => code === "ERR_WSOL_BUSY")).toHaveLength(11);
    expect(readdirSync(path)).toEqual(["run.lock"]);
  });

  test.each(["", "me", "1", String(process.pid), '{"pid":1,"host":"elsewhere"}'])(
    "takes over a lock file that says %j and that nobody holds",
    async (text) => {
      const path = folderWith();
      writeFileSync(join(path, "run.lock"), text);
      const folder = await acquire(path);
      folder.sign();
      expect(JSON.parse(readFileSync(folder.file("lock"), "utf8")).pid).toBe(process.pid);
      folder.release();
    },
  );

  test.each(["state.safetensors", "last.safetensors", "best.safetensors"])(
    "rejects a folder that holds a run's %s already, names the fixes and unlocks",
    async (file) => {
      const path = folderWith("config.json", file);
      expect(await caught(() => acquire(path))).toMatchObject({
        code: "ERR_WSOL_RUN_FOLDER",
        message: `'${path}' already holds a run`,
        fix: "Pass `resume: true` to continue it, `force: true` to replace it, or another `out`.",
      });
      expect(filesOf(path)).toEqual(["config.json", file].sort());
      (await acquire(path, { resume: true })).release();
    },
  );

  test("takes a folder where nothing was stored yet, to resume or to start", async () => {
    const path = folderWith("config.json", "environment.json", "metrics.jsonl");
    (await acquire(path)).release();
    (await acquire(path, { resume: true })).release();
    expect(filesOf(path)).toHaveLength(3);
  });

  test("rejects to resume where no run is, and makes nothing", async () => {
    for (const path of [fresh(), folderWith("holiday.jpg")]) {
      const before = existsSync(path) ? readdirSync(path) : null;
      const error = await caught(() => acquire(path, { resume: true }));
      expect(error).toMatchObject({ code: "ERR_WSOL_RUN_FOLDER", details: { path } });
      expect(error.message).toContain("holds no run to resume");
      expect(existsSync(path) ? readdirSync(path) : null).toEqual(before);
    }
  });

  test("removes what a killed save left, and nothing else", async () => {
    const others = [".last.safetensors.tmp", ".notes.txt.0123456789ab.tmp", "last.safetensors.0123456789ab.tmp"];
    const evaluation = ".evaluation.json.0123456789ab.tmp";
    const left = [".last.safetensors.0123456789ab.tmp", ".state.safetensors.ffffffffffff.tmp"];
    const path = folderWith("config.json", ...others, evaluation, ...left);
    (await acquire(path)).release();
    expect(filesOf(path).sort()).toEqual(["config.json", ...others, evaluation].sort());
  });

  test("with force takes a folder that holds a run, and clear removes a run's files alone", async () => {
    const run = Object.values(RUN_FILES).filter((name) => name !== RUN_FILES.lock);
    const events = "events.out.tfevents.1700000000.here.wsol";
    const others = ["notes.txt", "events.out.tfevents.1700000000.there", "last.safetensors.bak"];
    const path = folderWith(...run, events, ...others);
    mkdirSync(join(path, "pictures"));
    const folder = await acquire(path, { force: true });
    expect(filesOf(path)).toHaveLength(run.length + 1 + others.length + 1);
    await folder.clear();
    expect(filesOf(path).sort()).toEqual([...others, "pictures"].sort());
    expect((await caught(() => acquire(path))).code).toBe("ERR_WSOL_BUSY");
    folder.release();
  });

  test("clear removes what a run left that was killed before anything was stored", async () => {
    const path = folderWith("config.json", "metrics.jsonl", "notes.txt");
    const folder = await acquire(path);
    await folder.clear();
    expect(filesOf(path)).toEqual(["notes.txt"]);
    folder.release();
  });

  test("clear leaves the files of a folder that holds no run, whatever they are called", async () => {
    const path = folderWith("metrics.jsonl", "evaluation.json");
    const folder = await acquire(path);
    await folder.clear();
    expect(filesOf(path)).toEqual(["evaluation.json", "metrics.jsonl"]);
    folder.release();
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
