import type { SplitName } from "../data/split";
import type { WsolErrorCode } from "../errors";
import { chosenThreshold, type Measurements } from "./evaluation";

/** What an epoch's validation found; null where the split cannot tell. */
export interface ValidationSummary {
  readonly top1Cls: number | null;
  readonly gtKnownLoc: number | null;
  readonly top1Loc: number | null;
  readonly maxBoxAccV2: number | null;
  readonly pxap: number | null;
  readonly meanEntropy: number | null;
  readonly meanEntropyFraction: number | null;
  /** The threshold of `gtKnownLoc`; null where that is 0, since every threshold is then as good. */
  readonly bestThreshold: number | null;
  /** Images of `val` that were left out, with `data.onBadImage=skip`. */
  readonly skipped: number;
}

/** What a network started from instead of random weights. */
export interface InitialWeights {
  /** As `model.weights` names them. */
  readonly weights: string;
  /** The file's. */
  readonly sha256: string;
  /** Whether the classifier came from there, or started anew. */
  readonly classifier: "loaded" | "fresh";
  /** Why it started anew although `model.classifier` did not ask for that; else null. */
  readonly reason: string | null;
}

export interface StartEvent {
  readonly type: "start";
  readonly out: string;
  readonly numClasses: number;
  readonly images: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Steps that earlier sessions of this run have done. */
  readonly resumedAt: number;
  readonly device: string;
  /** Null for random weights, and in a session that resumed from the run's own. */
  readonly initialWeights: InitialWeights | null;
}

export interface EpochEvent {
  readonly type: "epoch";
  /** Counts from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done since the run began. */
  readonly step: number;
  /** Of the epoch's last step. */
  readonly learningRate: number;
  readonly loss: number;
  readonly crossEntropy: number;
  /** Of the training predictions in nats. */
  readonly meanEntropy: number;
  /** The same over log C, under `bce` over log 2. */
  readonly meanEntropyFraction: number;
  /** Training accuracy on the augmented images: where the most probable class is the image's, or one of several. */
  readonly top1Cls: number;
  /** lambda k / (1 + lambda k) of a step of `optim.batchSize` images; null for regularizers other than `entropy`. */
  readonly effectiveEps: number | null;
  /** Images of `train` that were left out of its steps, with `data.onBadImage=skip`. */
  readonly skipped: number;
  readonly imagesPerSecond: number;
  /** Wall time of the training steps, waiting for their images included; without the validation. */
  readonly seconds: number;
  /** The share of `seconds` in which a step waited for its images, in [0, 1]. */
  readonly waitFraction: number;
  readonly val: ValidationSummary | null;
}

/** An image that the run leaves out from here on, with `data.onBadImage=skip`; once for each image of a split. */
export interface SkippedEvent {
  readonly type: "skipped";
  readonly split: SplitName;
  /** Its id. */
  readonly image: string;
  readonly code: WsolErrorCode;
  /** Why, as the error that would have stopped the run says it. */
  readonly message: string;
}

export interface EndEvent {
  readonly type: "end";
  readonly epochs: number;
  readonly step: number;
  readonly bestEpoch: number | null;
  readonly seconds: number;
}

/** How a session ended that could not go on; in the log only, since the run itself rejects with the error. */
export interface FailedEvent {
  readonly type: "failed";
  readonly code: WsolErrorCode;
  /** Steps done since the run began. */
  readonly step: number;
}

export type FitEvent = StartEvent | SkippedEvent | EpochEvent | EndEvent;

/** Progress inside an epoch. */
export interface StepProgress {
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done in this epoch. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly images: number;
  readonly loss: number;
}

export function summarize(evaluation: Measurements): ValidationSummary {
  return {
    top1Cls: evaluation.top1Cls,
    gtKnownLoc: evaluation.gtKnownLoc,
    top1Loc: evaluation.top1Loc,
    maxBoxAccV2: evaluation.maxBoxAccV2?.mean ?? null,
    pxap: evaluation.pxap,
    meanEntropy: evaluation.meanEntropy,
    meanEntropyFraction: evaluation.meanEntropyFraction,
    bestThreshold: chosenThreshold(evaluation),
    skipped: evaluation.skipped.length,
  };
}

/** What `best` is chosen by: GT-known, else PxAP, else accuracy. */
export function validationScore(val: ValidationSummary): number | null {
  return val.gtKnownLoc ?? val.pxap ?? val.top1Cls;
}
