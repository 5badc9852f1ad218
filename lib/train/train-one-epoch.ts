import { epochOrder } from "../data/sampler";
import type { Split } from "../data/split";
import type { AgreedStop } from "../distributed/agreed-stop";
import { WsolError } from "../errors";
import { counted } from "../words";
import type { TrainingContext } from "./context";
import type { FitOptions } from "./options";
import { stepsDone } from "./position";
import { learningRateAt } from "./schedule";
import type { ReportSkipped } from "./skipped-images";
import { StepResults } from "./step-results";

/**
 * The steps of one epoch, from `position.stepInEpoch` on, counted in `position.totals`. The order of the images and every random draw are functions of
 * the seed and the step's number, so a run that was stopped continues as if it had not been. A batch that lacks bad images is
 * trained on without them, or passed over where batch norm could not be: its number stays its own.
 * @throws ERR_WSOL_IMAGE where no batch was left to train on, and what the loader and the step throw
 */
export async function trainOneEpoch(
  context: TrainingContext,
  { stop, onStep }: Pick<FitOptions, "onStep"> & { readonly stop: AgreedStop },
  report: ReportSkipped,
): Promise<void> {
  const { config, loader, train, session, position, stepsPerEpoch, batchSize, processes } = context;
  const { totals } = position;
  const { rank, worldSize } = processes;
  const { signal } = stop;
  const batches = loader.batches({
    split: train,
    order: epochOrder({
      ...{ count: train.ids.length, seed: config.seed, epoch: position.epoch, batchSize },
      ...{ rank, worldSize },
    }),
    batchSize,
    side: config.data.imageSize,
    startBatch: position.stepInEpoch,
    onBadImage: config.data.onBadImage,
    signal,
  });
  const results = new StepResults(context, onStep);
  let step = stepsDone(position, stepsPerEpoch);
  // Whole iterations are timed: what waiting for the next batch takes is part of training.
  let since = performance.now();
  try {
    for await (const { images, labels, skipped } of batches) {
      totals.waited += (performance.now() - since) / 1000;
      totals.skipped += skipped.length;
      await report(train, skipped);
      const isTrainable = images.count >= Math.min(batchSize, LEAST_IMAGES);
      if (isTrainable) {
        // Each process has equally many.
        results.expect(step, images.count * worldSize);
        const result = await session.trainer.step(images, labels, {
          learningRate: learningRateAt(step, stepsPerEpoch, config.optim),
          step,
          asksToStop: stop.isAsked,
        });
        results.count(result);
        stop.agree(result?.stops ?? false);
      } else {
        await results.finish();
        position.stepInEpoch += 1;
      }
      step += 1;
      const now = performance.now();
      totals.seconds += (now - since) / 1000;
      since = now;
      signal?.throwIfAborted();
    }
  } catch (error) {
    // What is learnt is kept then.
    if (signal?.aborted) await results.finish();
    throw error;
  }
  await results.finish();
  if (totals.images === 0 && totals.skipped > 0) throw nothingLeft(train);
}

/** Batch norm cannot train on a single image, unless every batch is one. */
const LEAST_IMAGES = 2;

function nothingLeft({ name, root, ids }: Split): WsolError {
  const message = `expected images of the ${name} split of '${root}' to train on, got none: ${counted(ids.length, "image")} skipped or alone in their batches`;
  return new WsolError("ERR_WSOL_IMAGE", message, {
    details: { root, split: name },
    fix: "Run: wsol check --data DIR",
  });
}
