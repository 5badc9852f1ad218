import { epochOrder } from "../data/sampler";
import type { TrainingContext } from "./context";
import type { FitOptions } from "./options";
import { addStep, type EpochTotals } from "./position";
import { learningRateAt } from "./schedule";

export interface TrainedEpoch {
  readonly totals: Readonly<EpochTotals>;
  readonly learningRate: number;
  readonly effectiveEps: number | null;
}

/**
 * The steps of one epoch, from `position.stepInEpoch` on. The order of the images and every random draw are functions of
 * the seed and the step's number, so a run that was stopped continues as if it had not been.
 */
export async function trainOneEpoch(context: TrainingContext, { signal, onStep }: FitOptions): Promise<TrainedEpoch> {
  const { config, loader, train, session, position, stepsPerEpoch } = context;
  const { totals } = position;
  const { batchSize } = config.optim;
  let learningRate = 0;
  let effectiveEps: number | null = null;
  const batches = loader.batches({
    split: train,
    order: epochOrder({ count: train.ids.length, seed: config.seed, epoch: position.epoch, batchSize }),
    batchSize,
    side: config.data.imageSize,
    startBatch: position.stepInEpoch,
    signal,
  });
  for await (const { images, labels } of batches) {
    const startedAt = performance.now();
    const step = position.epoch * stepsPerEpoch + position.stepInEpoch;
    learningRate = learningRateAt(step, stepsPerEpoch, config.optim);
    const result = await session.trainer.step(images, labels, { learningRate, step });
    effectiveEps = result.effectiveEps;
    addStep(totals, result, images.count);
    totals.seconds += (performance.now() - startedAt) / 1000;
    position.stepInEpoch += 1;
    onStep?.({
      epoch: position.epoch + 1,
      epochs: config.optim.epochs,
      step: position.stepInEpoch,
      stepsPerEpoch,
      images: images.count,
      loss: result.loss,
    });
    signal?.throwIfAborted();
  }
  return { totals, learningRate, effectiveEps };
}
