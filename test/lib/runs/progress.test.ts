import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRunProgress } from "../../../lib/runs/progress";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

const START = { type: "start", epochs: 5 };
const epoch = (number: number) => ({ type: "epoch", epoch: number, epochs: 5, loss: 1 / number });
const END = { type: "end", epochs: 5 };

function run(events: readonly object[], { isEvaluated = false, tail = "" } = {}): string {
  const path = join(folder, `run-${Math.random()}`);
  mkdirSync(path);
  writeFileSync(join(path, "metrics.jsonl"), events.map((event) => `${JSON.stringify(event)}\n`).join("") + tail);
  if (isEvaluated) writeFileSync(join(path, "evaluation.json"), "{}");
  return path;
}

describe("readRunProgress", () => {
  test("a folder that is not there, or whose log is empty, has not begun", async () => {
    const none = { state: "not begun", epoch: 0, epochs: null, last: null, changedAt: null };
    expect(await readRunProgress(join(folder, "none"))).toEqual(none);
    expect(await readRunProgress(run([]))).toEqual(none);
  });

  test("a run in training tells its last epoch, also with a line that is being written", async () => {
    const path = run([START, epoch(1), epoch(2)], { tail: '{"type":"ep' });
    expect(await readRunProgress(path)).toMatchObject({ state: "training", epoch: 2, epochs: 5, last: { loss: 0.5 } });
  });

  test("a run that was resumed after its end is in training again", async () => {
    const path = run([START, epoch(1), END, { ...START, epochs: 8 }], { isEvaluated: true });
    expect(await readRunProgress(path)).toMatchObject({ state: "training", epoch: 1, epochs: 8 });
  });

  test("a run is trained at its end, and evaluated once the evaluation is there", async () => {
    expect(await readRunProgress(run([START, epoch(5), END]))).toMatchObject({ state: "trained" });
    const path = run([START, epoch(5), END], { isEvaluated: true });
    expect(await readRunProgress(path)).toMatchObject({ state: "evaluated", changedAt: expect.any(Number) });
  });

  test("a run that was killed between its last epoch and its end is trained", async () => {
    expect(await readRunProgress(run([START, epoch(4), epoch(5)]))).toMatchObject({ state: "trained" });
    const path = run([START, epoch(5)], { isEvaluated: true });
    expect(await readRunProgress(path)).toMatchObject({ state: "evaluated" });
    const longer = run([START, epoch(5), { ...START, epochs: 8 }, { ...epoch(6), epochs: 8 }], { isEvaluated: true });
    expect(await readRunProgress(longer)).toMatchObject({ state: "training" });
  });

  test("a failure is told", async () => {
    const path = run([START, epoch(1), { type: "failed", code: "ERR_WSOL_NON_FINITE_LOSS", step: 30 }]);
    expect(await readRunProgress(path)).toMatchObject({ state: "failed", epoch: 1 });
  });

  test("rejects a log with a damaged line", async () => {
    await expect(readRunProgress(run([START], { tail: "no\n{}\n" }))).rejects.toMatchObject({
      code: "ERR_WSOL_RUN_FOLDER",
    });
  });
});
