import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import { Run } from "../../../lib/tasks/run";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const failure = new Error("the work failed");
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A run whose end is in the test's hands. */
function controlled(): { run: Run<number, string>; emit: (n: number) => void; end: () => void; fail: () => void } {
  let emit!: (n: number) => void;
  let end!: () => void;
  let fail!: () => void;
  const run = new Run<number, string>((emitter) => {
    emit = emitter;
    return new Promise((resolve, reject) => {
      end = () => resolve("result");
      fail = () => reject(failure);
    });
  });
  return { run, emit, end, fail };
}

async function collect<T>(run: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of run) events.push(event);
  return events;
}

/** Runs `body` in a process of its own, where `Run` and `fail(ms)`, a run that fails, are defined. */
function inProcess(body: string): { status: number | null; stderr: string } {
  const options = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2023 };
  for (const name of ["run", "unseen-failures"]) {
    const source = readFileSync(join(__dirname, `../../../lib/tasks/${name}.ts`), "utf8");
    writeFileSync(join(folder, `${name}.js`), transpileModule(source, { compilerOptions: options }).outputText);
  }
  const prelude = `
    const { Run } = require(${JSON.stringify(join(folder, "run.js"))});
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const fail = (ms) => new Run(async (emit) => { emit(1); await sleep(ms); throw new Error("the work failed"); });
  `;
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--expose-gc", "-e", `${prelude}(async () => {${body}})();`],
    {
      encoding: "utf8",
      timeout: 20_000,
    },
  );
  return { status, stderr };
}

describe("a run that succeeds", () => {
  test("is a promise of its result", async () => {
    const { run, end } = controlled();
    end();
    expect(await run).toBe("result");
    expect(await run.then((value) => value.length)).toBe(6);
  });

  test("streams events as they come and ends", async () => {
    const { run, emit, end } = controlled();
    const seen: number[] = [];
    const done = (async () => {
      for await (const event of run) seen.push(event);
    })();
    emit(1);
    await tick();
    expect(seen).toEqual([1]);
    emit(2);
    emit(3);
    await tick();
    expect(seen).toEqual([1, 2, 3]);
    end();
    await done;
    expect(await run).toBe("result");
  });

  test("gives every event from the first on to an iterator that starts late, and to each of several", async () => {
    const { run, emit, end } = controlled();
    emit(1);
    emit(2);
    end();
    await run;
    expect(await collect(run)).toEqual([1, 2]);
    expect(await Promise.all([collect(run), collect(run)])).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test("delivers an event that is emitted in the same turn as the end", async () => {
    const events = collect(
      new Run<number, void>(async (emit) => {
        await tick();
        emit(1);
      }),
    );
    expect(await events).toEqual([1]);
  });

  test("starts its work at once, without anybody looking", async () => {
    let started = false;
    const run = new Run<never, void>(async () => {
      started = true;
    });
    expect(started).toBe(true);
    await run;
  });

  test("runs finally", async () => {
    const { run, end } = controlled();
    const calls: string[] = [];
    end();
    expect(await run.finally(() => calls.push("finally"))).toBe("result");
    expect(calls).toEqual(["finally"]);
  });
});

describe("a run that fails", () => {
  test("rejects with the error itself, also when the work throws before it returns a promise", async () => {
    const { run, fail } = controlled();
    fail();
    await expect(run).rejects.toBe(failure);
    expect(await run.catch((error) => error)).toBe(failure);
    const sync = new Run<never, void>(() => {
      throw failure;
    });
    await expect(sync).rejects.toBe(failure);
  });

  test("ends the loop by throwing, after the events before it", async () => {
    const { run, emit, fail } = controlled();
    const seen: number[] = [];
    const loop = (async () => {
      for await (const event of run) seen.push(event);
    })();
    emit(1);
    fail();
    await expect(loop).rejects.toBe(failure);
    expect(seen).toEqual([1]);
  });

  test.each([
    ["that is only iterated", "try { for await (const event of fail(5)); process.exit(3); } catch {} await sleep(20);"],
    ["whose loop was left early", "for await (const event of fail(5)) break; await sleep(20);"],
    [
      "that is iterated and awaited",
      "const run = fail(5); try { for await (const e of run); } catch {} try { await run; } catch {} await sleep(20);",
    ],
    [
      "that is awaited a few microtasks after it failed",
      "const run = new Run(async () => { throw 1; }); for (let i = 9; i > 0; i--) await null; try { await run; } catch {}",
    ],
    [
      "that is first iterated long after it failed",
      "const run = fail(5); await sleep(60); try { for await (const e of run); process.exit(3); } catch {} await sleep(20);",
    ],
    ["that is first awaited long after it failed", "const run = fail(5); await sleep(60); await run.catch(() => 1);"],
  ])("%s leaves no unhandled rejection", (_, body) => {
    expect(inProcess(body)).toEqual({ status: 0, stderr: "" });
  });

  test("that nobody looks at ends the process with its error", () => {
    const { status, stderr } = inProcess("fail(5);");
    expect(status).toBe(1);
    expect(stderr.match(/Error: the work failed/g)).toHaveLength(1);
  });

  test("with an error that is its own cause ends the process like any other", () => {
    const { status, stderr } = inProcess(
      "new Run(async () => { const error = new Error('the work failed'); error.cause = error; throw error; });",
    );
    expect([status, stderr]).toEqual([1, expect.stringContaining("Error: the work failed")]);
  });

  test("that nobody can look at any more ends also a process that would go on", () => {
    const { status, stderr } = inProcess(`
      setTimeout(() => process.exit(3), 10_000);
      (() => void fail(5))();
      for (;;) { await sleep(20); gc(); }
    `);
    expect(status).toBe(1);
    expect(stderr.match(/Error: the work failed/g)).toHaveLength(1);
  });
});
