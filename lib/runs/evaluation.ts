import type { Config } from "../config/schema";
import type { SplitName } from "../data/split";
import type { IouLevel, PerIouLevel } from "../metrics/iou-levels";
import type { Checkpoint } from "./run-folder";

/** Box rates at one threshold that was not chosen on the evaluated split. */
export interface FixedThreshold {
  /** GT-known Loc at this threshold. */
  readonly gtKnownLoc: number;
  /** Top-1 Loc at this threshold; null without predictions. */
  readonly top1Loc: number | null;
}

/** The network whose score maps were evaluated. */
export interface EvaluatedModel {
  /** The weights file, absolute. */
  readonly weights: string;
  /** Which weights of a run folder; null for a weights file that was named itself. */
  readonly checkpoint: Checkpoint | null;
  /** Epochs that the weights were trained, fractional after an interruption; null where the file does not tell. */
  readonly epoch: number | null;
  /** `cpu` or `cuda:N`. */
  readonly device: string;
  readonly precision: Config["precision"];
  readonly scoreMap: Config["scoreMap"];
}

/** What was evaluated, and how. */
export interface Evaluated {
  /** The data set's folder, absolute. */
  readonly data: string;
  /** SHA-256 of the split's ids, labels, image sizes, boxes and mask bytes: equal for copies of one data set. */
  readonly fingerprint: string;
  /** The folder of the mask files, absolute, where it was given; null: `masks` of the data set. */
  readonly masks: string | null;
  /** Step of the threshold grid. */
  readonly step: number;
  readonly sigma: number;
  /** Null where score maps were given. */
  readonly model: EvaluatedModel | null;
  /** The folder of the given score maps, absolute; null where a model made them. */
  readonly scoreMaps: string | null;
  /** The version of this package. */
  readonly package: string;
}

/** What an evaluation of one split found: exactly the JSON of `wsol evaluate --json`. */
export interface Evaluation extends Measurements {
  readonly evaluated: Evaluated;
}

/**
 * The numbers of an evaluation. Rates are fractions in [0, 1]; null stands for what the data cannot give. Box rates and
 * Top-1 Loc are of the pairs of an image and a class that it has, with that class's score map, boxes and masks; where every
 * image has one class these are the images, and score maps are those of the true class. A box is a hit at level delta when its IoU with one of the true
 * boxes (x1, y1 inclusive) is at least delta. docs/evaluation.md has the conventions of every number.
 */
export interface Measurements {
  /** The evaluated split; every number but `atValThreshold.threshold` is of this split alone. */
  readonly split: SplitName;
  /** How many images were counted. */
  readonly images: number;
  /** How many pairs of an image and a class that it has: what box rates divide by. `images` where each has one class. */
  readonly pairs: number;
  /** The ids of the images that could not be used and are in no number, with `data.onBadImage=skip`. */
  readonly skipped: readonly string[];
  /** Images whose predicted class (largest logit) is the true one, or one of several. Null without predictions. */
  readonly top1Cls: number | null;
  /** `maxBoxAcc["0.5"]`: an oracle threshold, one for the whole split. Null without boxes. */
  readonly gtKnownLoc: number | null;
  /** Pairs hit at 0.5 by the largest-contour box whose class is the predicted one; best threshold of the split for this rate. */
  readonly top1Loc: number | null;
  /** Per level, the best rate over all thresholds by the box of the largest contour. Null without boxes. */
  readonly maxBoxAcc: PerIouLevel | null;
  /** The same by the boxes of all contours, each level with its own best threshold, and the mean of the levels. */
  readonly maxBoxAccV2: (PerIouLevel & { readonly mean: number }) | null;
  /** The threshold of each rate in `maxBoxAcc`, the lowest on ties. Null without boxes. */
  readonly bestThreshold: PerIouLevel | null;
  /** Rates at the fixed threshold `sigma`, applied as it is, not snapped to the grid. Null without boxes. */
  readonly atSigma: (FixedThreshold & { readonly sigma: number }) | null;
  /** Rates at the `bestThreshold["0.5"]` of the split `val`. Null without boxes, here or in `val`, or with no hit in `val`. */
  readonly atValThreshold: (FixedThreshold & { readonly threshold: number }) | null;
  /** Average precision of the pixels, pooled over all pairs of the split, ignored ones dropped. Null without masks. */
  readonly pxap: number | null;
  /** Mean over the classes of the PxAP of the images that have the class; classes without foreground are left out. */
  readonly mPxap: number | null;
  /** Mean entropy of the predictions in nats: H(p), under `bce` the mean of the classes' binary entropies. Null without predictions. */
  readonly meanEntropy: number | null;
  /** `meanEntropy` / log C, C the number of classes of the model; under `bce` / log 2. Null without predictions, or with one class. */
  readonly meanEntropyFraction: number | null;
  readonly curves: EvaluationCurves;
}

/**
 * The threshold that an evaluation of `val` chooses for other splits: that of GT-known Loc. Null without boxes, and where no
 * threshold hits any image, since the lowest of equally useless ones is no choice.
 */
export function chosenThreshold({
  gtKnownLoc,
  bestThreshold,
}: Pick<Measurements, "gtKnownLoc" | "bestThreshold">): number | null {
  return gtKnownLoc === null || gtKnownLoc === 0 ? null : (bestThreshold?.["0.5"] ?? null);
}

/** Rates over the threshold grid; entry i of every list belongs to `thresholds[i]`. */
export interface EvaluationCurves {
  /** `i * step` for i = 0 .. ceil(1 / step) - 1. */
  readonly thresholds: readonly number[];
  /** Hit rates of the largest-contour box per level; level 0.5 is GT-known Loc. Null without boxes. */
  readonly maxBoxAcc: Readonly<Record<IouLevel, readonly number[]>> | null;
  /** Hit rates of all contours' boxes per level. Null without boxes. */
  readonly maxBoxAccV2: Readonly<Record<IouLevel, readonly number[]>> | null;
  /** Null without boxes or predictions. */
  readonly top1Loc: readonly number[] | null;
  /** Of the pixels whose score is at least the threshold, those in the masks; 0 where no pixel reaches it. */
  readonly precision: readonly number[] | null;
  /** Of the masks' pixels, those whose score is at least the threshold. Null without masks. */
  readonly recall: readonly number[] | null;
}

/** One image of an evaluation, or one of its classes where it has several, on request; a line of `--per-image FILE.jsonl`. */
export interface ImageRecord {
  readonly id: string;
  /** The true class, or one of several. */
  readonly label: number;
  /** The image's; null without predictions, as the next two. */
  readonly predicted: number | null;
  /** Whether that is `label`. */
  readonly correct: boolean | null;
  /** H(p) in nats. */
  readonly entropy: number | null;
  /** Best IoU of the largest-contour box with a true box, at the split's best threshold for GT-known Loc. */
  readonly iou: number | null;
  /** The same at `sigma`. */
  readonly iouAtSigma: number | null;
  /** The same at the threshold of `val`; null without one. */
  readonly iouAtValThreshold: number | null;
  /** The highest IoU of any threshold, and the lowest threshold that reaches it: an oracle per image, no metric's. */
  readonly bestIou: number | null;
  readonly bestIouThreshold: number | null;
}
