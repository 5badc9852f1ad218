import type { Box } from "../data/split";
import { invalidArgument } from "../errors";
import { loadMetricsAddon } from "../native/load-metrics";
import type { BoxRule, ScoreMapArray } from "../native/metrics-addon";
import { checkOptions, type OptionKeys } from "../options";
import { requireScoreMapArray, requireSide } from "./score-map-batch";

export { scaleBoxToMap } from "./scale-box-to-map";

const RULES: readonly BoxRule[] = ["largest", "all", "extent"];

export interface BoxesOptions {
  readonly width: number;
  readonly height: number;
  /** In [0, 1]; foreground is what lies strictly above it, on an 8-bit scale relative to the map's maximum. */
  readonly threshold: number;
  /**
   * `largest`: one box, of the component of largest contour area. `all`: a box per component and per hole. `extent`:
   * the first and last pixel of that component, without the pixel that the reference adds to its boxes.
   * @default "largest"
   */
  readonly rule?: BoxRule;
}

const KNOWN: OptionKeys<BoxesOptions> = { width: true, height: true, threshold: true, rule: true };

/**
 * The boxes that a threshold cuts out of a score map, in map pixels, sorted; x1 and y1 count as inclusive in the IoU. Where
 * nothing is foreground the one box is [0, 0, 0, 0], and `extent` gives none. Equal to the reference's contour search (Choe et al., CVPR 2020).
 *
 * @param scoreMap height x width values in [0, 1].
 * @throws ERR_WSOL_ARGUMENT, ERR_WSOL_SCORE_MAP (NaN, or a value outside [0, 1])
 * @example boxesFromScoreMap(Float64Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0), { width: 3, height: 3, threshold: 0.5 }) // [[1, 1, 2, 2]]
 */
export function boxesFromScoreMap(scoreMap: ScoreMapArray, options: BoxesOptions): Box[] {
  const map = requireScoreMapArray(scoreMap, "scoreMap");
  if (typeof options !== "object" || options === null) {
    throw invalidArgument("options", "{ width, height, threshold }", options);
  }
  checkOptions(options, KNOWN);
  const { threshold, rule = "largest" } = options;
  const width = requireSide(options.width, "width");
  const height = requireSide(options.height, "height");
  if (map.length !== width * height) {
    throw invalidArgument("scoreMap", `${width * height} values (${height} x ${width})`, map.length);
  }
  if (!(typeof threshold === "number" && threshold >= 0 && threshold <= 1)) {
    throw invalidArgument("threshold", "a number from 0 to 1", threshold);
  }
  if (!RULES.includes(rule)) throw invalidArgument("rule", '"largest", "all" or "extent"', rule);
  const flat = loadMetricsAddon().boxesFromScoreMap({ data: map, width, height }, { threshold, rule });
  return Array.from({ length: flat.length / 4 }, (_, index) => {
    const [x0, y0, x1, y1] = flat.subarray(index * 4, index * 4 + 4);
    return [x0!, y0!, x1!, y1!] as const;
  });
}
