import { evaluateSplit } from "../evaluate/evaluate-split";
import { summarize, type ValidationSummary, validationScore } from "../runs/events";
import type { TrainingContext } from "./context";
import type { FitOptions } from "./options";
import type { ReportSkipped } from "./skipped-images";

export interface Validation {
  readonly summary: ValidationSummary;
  readonly score: number;
  readonly isBest: boolean;
}

/** Evaluates the current weights on `val`; null without such a split, or in an epoch that is not due. */
export async function validate(
  context: TrainingContext,
  { signal, onValidation }: Pick<FitOptions, "signal" | "onValidation">,
  report: ReportSkipped,
): Promise<Validation | null> {
  const { config, val, session, loader, trueMasks, position } = context;
  const epoch = position.epoch + 1;
  const isDue = epoch % config.evaluateEvery === 0 || epoch === config.optim.epochs;
  if (val === null || !isDue) return null;
  const evaluation = await evaluateSplit(session, val, loader, {
    side: config.data.cropSize,
    batchSize: config.optim.batchSize,
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
  });
  const summary = summarize(evaluation);
  const score = validationScore(summary) ?? 0;
  return { summary, score, isBest: position.best === null || score > position.best.score };
}
