import { setTimeout as sleep } from "node:timers/promises";
import { configSchema } from "../../../lib/config/schema";
import { AgreedStop } from "../../../lib/distributed/agreed-stop";
import { Processes } from "../../../lib/distributed/processes";
import type { StepResult } from "../../../lib/native/torch-addon";
import type { StepProgress } from "../../../lib/runs/events";
import type { TrainingContext } from "../../../lib/train/context";
import { epochEvent } from "../../../lib/train/log";
import { startPosition } from "../../../lib/train/position";
import { learningRateAt } from "../../../lib/train/schedule";
import { trainOneEpoch } from "../../../lib/train/train-one-epoch";

const STEPS = 3;
const WAIT_MS = 40;
const STEP_RESULT = { loss: 1, crossEntropy: 1, entropy: 0.5, correct: 1, stops: false };

/** Tells of a step at once, or, as on a GPU, with the next one; never of one that is not finite. */
class FakeTrainer {
  #last: StepResult | null = null;

  constructor(
    private readonly readsLate: boolean,
    private readonly overflowsAt: number,
  ) {}

  async step(_images: unknown, _labels: unknown, { step }: { step: number }): Promise<StepResult | null> {
    const before = this.readsLate ? await this.finish() : null;
    this.#last = { step, ...STEP_RESULT };
    return this.readsLate ? before : this.finish();
  }

  async finish(): Promise<StepResult | null> {
    const last = this.#last;
    this.#last = null;
    if (last?.step === this.overflowsAt) throw new Error(`not finite: ${last.step}`);
    return last;
  }
}

/** A run of 10 images in batches of 4, 4 and 2, each of which is waited for. */
function contextAt(stepInEpoch: number, { readsLate = false, overflowsAt = -1 } = {}): TrainingContext {
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
    session: { trainer: new FakeTrainer(readsLate, overflowsAt) },
    batchSize: 4,
    processes: Processes.alone(),
    stepsPerEpoch: STEPS,
    position: { ...startPosition(), stepInEpoch },
  } as unknown as TrainingContext;
}

/** Trains, and tells which steps were counted, and of how many images. */
async function trained(context: TrainingContext, signal?: AbortSignal, onEach?: () => void) {
  const steps: number[][] = [];
  const onStep = ({ step, images }: StepProgress) => {
    steps.push([step, images]);
    onEach?.();
  };
  const stop = new AgreedStop(signal, Processes.alone());
  const error = await trainOneEpoch(context, { stop, onStep }, async () => undefined).catch((cause: Error) => cause);
  return { steps, error };
}

async function eventFrom(stepInEpoch: number) {
  const context = contextAt(stepInEpoch);
  await trained(context);
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

describe("steps whose results come one call later", () => {
  const all = [
    [1, 4],
    [2, 4],
    [3, 2],
  ];

  test.each([false, true])("are counted alike, in their order (late: %p)", async (readsLate) => {
    const context = contextAt(0, { readsLate });
    expect((await trained(context)).steps).toEqual(all);
    expect(context.position).toMatchObject({ stepInEpoch: 3, totals: { images: 10, loss: 10, correct: 3 } });
    const resumed = contextAt(2, { readsLate });
    expect((await trained(resumed)).steps).toEqual(all.slice(2));
  });

  test.each([
    [false, 1],
    [true, 2],
  ])("are waited for where the run is stopped (late: %p)", async (readsLate, counted) => {
    const context = contextAt(0, { readsLate });
    const controller = new AbortController();
    const reason = new Error("enough");
    const { steps, error } = await trained(context, controller.signal, () => controller.abort(reason));
    expect(error).toBe(reason);
    expect(steps).toEqual(all.slice(0, counted));
    expect(context.position.stepInEpoch).toBe(counted);
  });

  test.each([0, 1, 2])("are counted up to one that is not finite, step %i", async (overflowsAt) => {
    for (const readsLate of [false, true]) {
      const context = contextAt(0, { readsLate, overflowsAt });
      const { steps, error } = await trained(context);
      expect(String(error)).toBe(`Error: not finite: ${overflowsAt}`);
      expect(steps).toEqual(all.slice(0, overflowsAt));
      expect(context.position.stepInEpoch).toBe(overflowsAt);
    }
  });
});
