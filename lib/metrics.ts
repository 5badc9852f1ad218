// First, so that a bundle that holds the package fails with the fix and not with what else is missing there.
import "./version";

export type { Box, ImageSize } from "./data/split";
export { isWsolError, WsolError, type WsolErrorCode } from "./errors";
export { type BoxesOptions, boxesFromScoreMap, scaleBoxToMap } from "./metrics/boxes";
export { intersectionOverUnion } from "./metrics/iou";
export type { IouLevel, PerIouLevel } from "./metrics/iou-levels";
export { type AtThreshold, MaxBoxAcc, type MaxBoxAccOptions, type MaxBoxAccResult } from "./metrics/max-box-acc";
export { NORMALISATIONS, type Normalisation, normaliseScoreMap } from "./metrics/normalise-score-map";
export { MASK, PixelAp, type PixelApOptions, type PixelApResult } from "./metrics/pixel-ap";
export { thresholdGrid } from "./metrics/threshold-grid";
export type { BoxRule, MaxBoxAccPerImage, ScoreMapArray, ScoreMapBatch } from "./native/metrics-addon";
