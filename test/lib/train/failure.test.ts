import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { resolveConfig } from "../../../lib/config/resolve";
import { Processes } from "../../../lib/distributed/processes";
import { WsolError } from "../../../lib/errors";
import type { TrainingContext } from "../../../lib/train/context";
import { recordFailure } from "../../../lib/train/failure";
import { startPosition } from "../../../lib/train/position";
import { loggedEvents } from "../../support/run-files";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();
let made = 0;

/** A run that stands after step 2 of epoch 3. */
function contextOf({ lr = 0.05, hasState = true } = {}): { context: TrainingContext; out: string } {
  const out = join(root, String(made++));
  mkdirSync(out);
  const context = {
    processes: Processes.alone(),
    config: resolveConfig({ optim: { lr } }),
    position: { ...startPosition(), epoch: 2, stepInEpoch: 2 },
    stepsPerEpoch: 10,
    folder: { path: out, file: () => join(out, "metrics.jsonl"), has: () => hasState },
  } as unknown as TrainingContext;
  return { context, out };
}

const diverged = new WsolError("ERR_WSOL_NON_FINITE_LOSS", "the loss is NaN", { details: { step: 22 } });

describe("a failure", () => {
  test("is logged with its code and the steps done, and given back", async () => {
    const { context, out } = contextOf();
    const error = new WsolError("ERR_WSOL_IMAGE", "no image");
    expect(await recordFailure(context, error)).toBe(error);
    expect(loggedEvents(out)).toEqual([{ type: "failed", code: "ERR_WSOL_IMAGE", step: 22 }]);
  });

  test("that is none of this package's is given back alone", async () => {
    const { context, out } = contextOf();
    const mistake = new TypeError("mistake");
    expect(await recordFailure(context, mistake)).toBe(mistake);
    expect(() => loggedEvents(out)).toThrow("ENOENT");
  });

  test("is given back also where the log cannot be written", async () => {
    const { context, out } = contextOf();
    mkdirSync(join(out, "metrics.jsonl"));
    const error = new WsolError("ERR_WSOL_IMAGE", "no image");
    expect(await recordFailure(context, error)).toBe(error);
  });
});

describe("a loss that is not finite", () => {
  test.each([
    [0.05, 0.005],
    [0.0123456, 0.00123],
    // Never more than the default.
    [5, 0.01],
  ])("with a learning rate of %d advises %d", async (lr, lower) => {
    const error = await recordFailure(contextOf({ lr }).context, diverged);
    expect(error).toMatchObject({
      code: diverged.code,
      message: diverged.message,
      details: { step: 22 },
      cause: diverged,
    });
    expect((error as WsolError).fix).toBe(
      `Resume it with a lower optim.lr: \`resume: true\` and, for example, \`optim.lr: ${lower}\`.`,
    );
  });

  test("before anything was stored advises to start again", async () => {
    const error = await recordFailure(contextOf({ hasState: false }).context, diverged);
    expect((error as WsolError).fix).toBe("Start it again with a lower optim.lr, for example `optim.lr: 0.005`.");
  });
});
