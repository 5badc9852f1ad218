import type { AgreedStop } from "../distributed/agreed-stop";
import type { Processes } from "../distributed/processes";
import { evaluateSplit, type SplitShare } from "../evaluate/evaluate-split";
import type { CountedPart } from "../evaluate/evaluator/evaluator";
import type { Measurements } from "../runs/evaluation";
import { summarize, type ValidationSummary, validationScore } from "../runs/events";
import type { TrainingContext } from "./context";
import type { FitOptions } from "./options";
import type { ReportSkipped } from "./skipped-images";

export interface Validation {
  readonly summary: ValidationSummary;
  readonly score: number;
  readonly isBest: boolean;
}

/**
 * Evaluates the current weights on `val`, each process its share of it; null without such a split, or in an epoch that is
 * not due.
 */
export async function validate(
  context: TrainingContext,
  { stop, onValidation }: Pick<FitOptions, "onValidation"> & { readonly stop: AgreedStop },
  report: ReportSkipped,
): Promise<Validation | null> {
  const { config, val, session, loader, trueMasks, position, processes } = context;
  const { signal } = stop;
  const epoch = position.epoch + 1;
  const isDue = epoch % config.evaluateEvery === 0 || epoch === config.optim.epochs;
  if (val === null || !isDue) return null;
  const evaluation = await shared(processes, stop, (share) =>
    evaluateSplit(session, val, loader, {
      side: config.data.cropSize,
      batchSize: context.batchSize,
      workers: processes.threadsOf(0),
      scoreMap: config.scoreMap,
      numClasses: context.numClasses,
      multiLabel: config.loss.multiLabel,
      trueMasks,
      ...config.evaluation,
      valThreshold: null,
      onBadImage: config.data.onBadImage,
      onSkipped: (skipped) => report(val, skipped),
      ...(signal && { signal }),
      ...(onValidation && { onProgress: (done, total) => onValidation({ epoch, done, total }) }),
      ...share,
    }),
  );
  const summary = summarize(evaluation);
  const score = validationScore(summary) ?? 0;
  return { summary, score, isBest: position.best === null || score > position.best.score };
}

/** Stops all processes where one was asked to, and fails all where one fails. */
async function shared(
  processes: Processes,
  stop: AgreedStop,
  evaluate: (options: { readonly share?: SplitShare }) => Promise<Measurements>,
): Promise<Measurements> {
  if (processes.isAlone) return evaluate({});
  const { rank, worldSize } = processes;
  let isExchanged = false;
  const exchange = async (counted: CountedPart) => {
    isExchanged = true;
    const all = await processes.together(async () => ({ counted, isAsked: stop.isAsked }));
    stop.agree(all.some(({ isAsked }) => isAsked));
    stop.signal?.throwIfAborted();
    return all.filter((_, other) => other !== rank).map((part) => part.counted);
  };
  try {
    return await evaluate({ share: { rank, worldSize, isCutShort: () => stop.isAsked, exchange } });
  } catch (error) {
    if (!isExchanged) {
      await processes.together(async () => {
        throw error;
      });
    }
    throw error;
  }
}
