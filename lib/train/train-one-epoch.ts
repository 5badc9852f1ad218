import { epochOrder } from "../data/sampler";
import type { TrainingContext } from "./context";
import type { FitOptions } from "./options";
import { addStep } from "./position";
import { learningRateAt } from "./schedule";

/**
 * The steps of one epoch, from `position.stepInEpoch` on, counted in `position.totals`. The order of the images and every random draw are functions of
 * the seed and the step's number, so a run that was stopped continues as if it had not been.
 */
export async function trainOneEpoch(context: TrainingContext, { signal, onStep }: FitOptions): Promise<void> {
  const { config, loader, train, session, position, stepsPerEpoch } = context;
  const { totals } = position;
  const { batchSize } = config.optim;
  const batches = loader.batches({
    split: train,
    order: epochOrder({ count: train.ids.length, seed: config.seed, epoch: position.epoch, batchSize }),
    batchSize,
    side: config.data.imageSize,
    startBatch: position.stepInEpoch,
    signal,
  });
  // Whole iterations are timed: what waiting for the next batch takes is part of training.
  let since = performance.now();
  for await (const { images, labels } of batches) {
    totals.waited += (performance.now() - since) / 1000;
    const step = position.epoch * stepsPerEpoch + position.stepInEpoch;
    const learningRate = learningRateAt(step, stepsPerEpoch, config.optim);
    const result = await session.trainer.step(images, labels, { learningRate, step });
    addStep(totals, result, images.count);
    position.stepInEpoch += 1;
    onStep?.({
      epoch: position.epoch + 1,
      epochs: config.optim.epochs,
      step: position.stepInEpoch,
      stepsPerEpoch,
      images: images.count,
      loss: result.loss,
    });
    const now = performance.now();
    totals.seconds += (now - since) / 1000;
    since = now;
    signal?.throwIfAborted();
  }
}
