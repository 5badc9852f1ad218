import { setTimeout as sleep } from "node:timers/promises";
import { configSchema } from "../../../lib/config/schema";
import { AgreedStop } from "../../../lib/distributed/agreed-stop";
import { Processes } from "../../../lib/distributed/processes";
import type { TrainingContext } from "../../../lib/train/context";
import { epochEvent } from "../../../lib/train/log";
import { startPosition } from "../../../lib/train/position";
import { learningRateAt } from "../../../lib/train/schedule";
import { trainOneEpoch } from "../../../lib/train/train-one-epoch";

const STEPS = 3;
const WAIT_MS = 40;
const STEP_RESULT = { loss: 1, crossEntropy: 1, entropy: 0.5, correct: 1, stops: false };

/** A run of 10 images in batches of 4, 4 and 2, each of which is waited for. */
function contextAt(stepInEpoch: number): TrainingContext {
  const config = configSchema.parse({
    loss: { lambda: 0.1, reduction: "sum" },
    optim: { batchSize: 4, epochs: 2, lr: 0.1, schedule: "cosine" },
  });
  async function* batches({ startBatch }: { startBatch: number }) {
    for (let batch = startBatch; batch < STEPS; batch++) {
      await sleep(WAIT_MS);
      yield { images: { count: batch === STEPS - 1 ? 2 : 4 }, labels: new Int32Array(4), skipped: [] };
    }
  }
  return {
    config,
    numClasses: 5,
    train: { ids: Array.from({ length: 10 }, (_, index) => `${index}.jpg`) },
    loader: { batches },
    session: { trainer: { step: async () => STEP_RESULT } },
    batchSize: 4,
    processes: Processes.alone(),
    stepsPerEpoch: STEPS,
    position: { ...startPosition(), stepInEpoch },
  } as unknown as TrainingContext;
}

async function eventFrom(stepInEpoch: number) {
  const context = contextAt(stepInEpoch);
  await trainOneEpoch(context, { stop: new AgreedStop(undefined, Processes.alone()) }, async () => undefined);
  context.position.epoch += 1;
  return epochEvent(context, context.position.totals, null);
}

describe("an epoch's event", () => {
  test("counts the waiting for data in its seconds and images per second", async () => {
    const { seconds, imagesPerSecond, waitFraction } = await eventFrom(0);
    // Timers may fire a millisecond early.
    expect(seconds).toBeGreaterThan((STEPS * (WAIT_MS - 2)) / 1000);
    expect(imagesPerSecond).toBeCloseTo(10 / seconds, 9);
    // The steps themselves take no time here.
    expect(waitFraction).toBeGreaterThan(0.8);
    expect(waitFraction).toBeLessThanOrEqual(1);
  });

  test("tells the effective eps of the configured batch size, and the learning rate of the last step", async () => {
    const event = await eventFrom(0);
    const { optim } = contextAt(0).config;
    expect(event.effectiveEps).toBeCloseTo((0.1 * 5 * 4) / (1 + 0.1 * 5 * 4), 12);
    expect(event.learningRate).toBe(learningRateAt(STEPS - 1, STEPS, optim));
  });

  test("tells the same where the run was stopped after the epoch's last step", async () => {
    const { effectiveEps, learningRate } = await eventFrom(0);
    expect(await eventFrom(STEPS)).toMatchObject({ effectiveEps, learningRate });
  });
});
