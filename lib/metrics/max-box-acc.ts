import { types } from "node:util";
import type { Box } from "../data/split";
import { invalidArgument, WsolError } from "../errors";
import { loadMetricsAddon } from "../native/load-metrics";
import type {
  MaxBoxAccCounts,
  MaxBoxAccPerImage,
  MaxBoxAccTargets,
  NativeMaxBoxAcc,
  ScoreMapBatch,
} from "../native/metrics-addon";
import { checkOptions, type OptionKeys } from "../options";
import { CountsOfOthers } from "./add-counts";
import { boxBatch } from "./box-batch";
import { bestOf, IOU_LEVELS, type IouLevel, type PerIouLevel } from "./iou-levels";
import { DEFAULT_STEP, requireScoreMaps, requireStep, requireThreads } from "./score-map-batch";
import { thresholdGrid } from "./threshold-grid";

export interface MaxBoxAccOptions {
  /** Step of the threshold grid. @default 0.001 */
  readonly step?: number;
  /** Thresholds to report beside the best one, applied as they are, on the grid or not. @default [] */
  readonly extraThresholds?: readonly number[];
  /** Threads that share a batch; 0: as many as there are cores. @default 0 */
  readonly threads?: number;
}

const KNOWN: OptionKeys<MaxBoxAccOptions> = { step: true, extraThresholds: true, threads: true };

/** The rates at one fixed threshold. */
export interface AtThreshold {
  readonly threshold: number;
  /** Rate of images hit by the largest-contour box at IoU 0.5. */
  readonly gtKnownLoc: number;
  /** The same with the predicted class right; null without predictions. */
  readonly top1Loc: number | null;
  /** Rates of the largest-contour box at each level. */
  readonly maxBoxAcc: PerIouLevel;
}

/** Rates in [0, 1]. Each level has one threshold for the whole set, the one that is best on it. */
export interface MaxBoxAccResult {
  readonly images: number;
  /** MaxBoxAcc at IoU 0.5 by the largest-contour box: `maxBoxAcc["0.5"]`. */
  readonly gtKnownLoc: number;
  /** As `gtKnownLoc`, with the predicted class right; null without predictions. */
  readonly top1Loc: number | null;
  /** By the largest-contour box. */
  readonly maxBoxAcc: PerIouLevel;
  /** By the boxes of all contours; `mean` is over the three levels. */
  readonly maxBoxAccV2: PerIouLevel & { readonly mean: number };
  /** Where `maxBoxAcc` is reached; the lowest on ties. */
  readonly bestThreshold: PerIouLevel;
  /** One per entry of `extraThresholds`. */
  readonly atThreshold: readonly AtThreshold[];
  /** Rates over the threshold grid. */
  readonly curves: {
    readonly thresholds: Float64Array;
    readonly largest: Readonly<Record<IouLevel, Float64Array>>;
    readonly all: Readonly<Record<IouLevel, Float64Array>>;
    readonly top1: Float64Array | null;
  };
}

/**
 * Box metrics of a set of score maps at all thresholds at once: MaxBoxAcc (GT-known Loc), MaxBoxAccV2 and Top-1 Loc
 * (Choe et al., CVPR 2020), equal to the reference's. Needs no LibTorch. Accumulators of parts of a set can be merged.
 *
 * @example
 * const metric = new MaxBoxAcc();
 * await metric.update({ data, count: 1, height: 224, width: 224 }, [[[10, 20, 120, 200]]]);
 * console.log(metric.compute().gtKnownLoc);
 */
export class MaxBoxAcc {
  readonly #step: number;
  readonly #extraThresholds: Float64Array;
  readonly #native: NativeMaxBoxAcc;
  readonly #others = new CountsOfOthers<MaxBoxAccCounts>();

  /** @throws ERR_WSOL_ARGUMENT, ERR_WSOL_ADDON */
  constructor(options: MaxBoxAccOptions = {}) {
    checkOptions(options, KNOWN);
    this.#step = requireStep(options.step ?? DEFAULT_STEP);
    this.#extraThresholds = requireThresholds(options.extraThresholds ?? []);
    this.#native = new (loadMetricsAddon().MaxBoxAcc)({
      step: this.#step,
      extraThresholds: this.#extraThresholds,
      threads: requireThreads(options.threads ?? 0),
    });
  }

  /**
   * Counts a batch, off the main thread; the maps are read at the call. Counts nothing if it rejects.
   *
   * @param maps count x height x width values in [0, 1].
   * @param boxes The true boxes of each image, at least one, in map pixels (`scaleBoxToMap`).
   * @param correct For each image whether the predicted class is right; null without predictions. All updates alike.
   * @throws ERR_WSOL_ARGUMENT, ERR_WSOL_SCORE_MAP (`details.index`: the image of the batch)
   */
  async update(
    maps: ScoreMapBatch,
    boxes: readonly (readonly Box[])[],
    correct: ArrayLike<boolean | number> | null = null,
  ): Promise<void> {
    const { batch, targets } = checked(maps, boxes, correct);
    await this.#native.update(batch, targets);
  }

  /** As {@link update}, and tells for each image the IoU and the hits at every threshold of the grid. */
  async updatePerImage(
    maps: ScoreMapBatch,
    boxes: readonly (readonly Box[])[],
    correct: ArrayLike<boolean | number> | null = null,
  ): Promise<MaxBoxAccPerImage> {
    const { batch, targets } = checked(maps, boxes, correct);
    return this.#native.updatePerImage(batch, targets);
  }

  /** @throws ERR_WSOL_DATA if no image was counted. */
  compute(): MaxBoxAccResult {
    const counts = this.counts();
    const { images } = counts;
    if (images === 0) {
      throw new WsolError("ERR_WSOL_DATA", "expected at least one image counted before 'compute', got none");
    }
    const thresholds = thresholdGrid(this.#step);
    const largest = curvesOf(counts.largest, images);
    const all = curvesOf(counts.all, images);
    const top1 = counts.top1?.map((count) => count / images) ?? null;
    const best = mapLevels((level) => bestOf(largest[level]));
    const maxBoxAcc = mapLevels((level) => best[level].rate);
    const v2 = mapLevels((level) => bestOf(all[level]).rate);
    return {
      images,
      gtKnownLoc: maxBoxAcc["0.5"],
      top1Loc: top1 === null ? null : bestOf(top1).rate,
      maxBoxAcc,
      maxBoxAccV2: { mean: (v2["0.3"] + v2["0.5"] + v2["0.7"]) / 3, ...v2 },
      bestThreshold: mapLevels((level) => thresholds[best[level].index]!),
      atThreshold: Array.from(this.#extraThresholds, (threshold, index) => {
        const rates = mapLevels((_, column) => counts.extraLargest[index * IOU_LEVELS.length + column]! / images);
        return {
          threshold,
          gtKnownLoc: rates["0.5"],
          top1Loc: counts.extraTop1 === null ? null : counts.extraTop1[index]! / images,
          maxBoxAcc: rates,
        };
      }),
      curves: { thresholds, largest, all, top1 },
    };
  }

  /** What was counted, for {@link add} of another one, in another process perhaps. */
  counts(): MaxBoxAccCounts {
    return this.#others.with(this.#native.counts());
  }

  /** Adds the counts of another one of the same options. @throws ERR_WSOL_ARGUMENT */
  add(counts: MaxBoxAccCounts): void {
    this.#others.add(counts, this.#native.counts(), "MaxBoxAcc");
  }

  /** Forgets everything counted. An update under way is counted after it. */
  reset(): void {
    this.#others.clear();
    this.#native.reset();
  }

  /** Adds what another one of the same options has counted. @throws ERR_WSOL_ARGUMENT */
  merge(other: MaxBoxAcc): void {
    if (typeof other !== "object" || other === null || !(#native in other)) {
      throw invalidArgument("other", "a MaxBoxAcc", other);
    }
    const isAlike = other.#step === this.#step && String(other.#extraThresholds) === String(this.#extraThresholds);
    if (!isAlike) throw invalidArgument("other", "a MaxBoxAcc of the same step and extraThresholds", other);
    this.#native.merge(other.#native);
    this.#others.merge(other.#others);
  }
}

function checked(
  maps: ScoreMapBatch,
  boxes: readonly (readonly Box[])[],
  correct: ArrayLike<boolean | number> | null,
): { batch: ScoreMapBatch; targets: MaxBoxAccTargets } {
  const batch = requireScoreMaps(maps);
  const truth = boxBatch(boxes, batch.count);
  if (correct === null) return { batch, targets: { truth, correct: null } };
  if (correct?.length !== batch.count) {
    throw invalidArgument("correct", `${batch.count} entries, one per image`, correct?.length ?? correct);
  }
  return { batch, targets: { truth, correct: Uint8Array.from(correct, (value) => (value ? 1 : 0)) } };
}

function requireThresholds(values: unknown): Float64Array {
  const isList = Array.isArray(values) || types.isFloat64Array(values);
  const isThreshold = (value: unknown) => typeof value === "number" && value >= 0 && value <= 1;
  if (!isList || !Array.from(values as ArrayLike<unknown>).every(isThreshold)) {
    throw invalidArgument("extraThresholds", "an array of numbers from 0 to 1", values);
  }
  return Float64Array.from(values as ArrayLike<number>);
}

function mapLevels<Value>(value: (level: IouLevel, column: number) => Value): Record<IouLevel, Value> {
  return Object.fromEntries(IOU_LEVELS.map((level, column) => [level, value(level, column)])) as Record<
    IouLevel,
    Value
  >;
}

/** The columns of thresholds x levels as rates. */
function curvesOf(counts: Float64Array, images: number): Record<IouLevel, Float64Array> {
  const stride = IOU_LEVELS.length;
  return mapLevels((_, column) =>
    Float64Array.from({ length: counts.length / stride }, (_, row) => counts[row * stride + column]! / images),
  );
}
