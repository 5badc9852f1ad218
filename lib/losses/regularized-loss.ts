import { DEFAULTS } from "../config/defaults";
import type { Config } from "../config/schema";
import { invalidArgument } from "../errors";
import { loadTorchAddon } from "../native/load-torch";
import type { ClassLists } from "../native/torch-addon";
import { checkOptions, type OptionKeys } from "../options";

export interface RegularizedLossOptions {
  /** With `multiLabel: "bce"` one of `none`, `entropy`, `label-smoothing`. @default "entropy" */
  readonly regularizer?: Config["loss"]["regularizer"];
  /** @default 0 */
  readonly lambda?: number;
  /** @default "mean" */
  readonly reduction?: Config["loss"]["reduction"];
  /**
   * `softmax`: the target of a row of several classes is uniform over them. `bce`: a sigmoid for each class; cross-entropy,
   * term and entropy are means over the classes. @default "softmax"
   */
  readonly multiLabel?: Config["loss"]["multiLabel"];
}

const KNOWN: OptionKeys<RegularizedLossOptions> = {
  regularizer: true,
  lambda: true,
  reduction: true,
  multiLabel: true,
};

export interface RegularizedLoss {
  /** Cross-entropy plus lambda times the regularizer, batch mean. */
  readonly loss: number;
  readonly crossEntropy: number;
  /** Mean entropy of the predictions in nats. */
  readonly entropy: number;
  /** lambda k / (1 + lambda k) with k = 1, C or C B; null for regularizers other than `entropy`. */
  readonly effectiveEps: number | null;
  /** d loss / d logits, rows x classes. */
  readonly gradient: Float64Array;
}

/**
 * The loss of the paper and of those it compares, with its gradient, in float64:
 * `H(y, p) + lambda * KL(u || p)` for `entropy`, u uniform over the classes; for `bce` the mean over the classes of
 * `KL(1/2 || p)`.
 *
 * @param logits rows x classes, row-major.
 * @param targets The label of each row, 0-based, or the labels where a row has several.
 * @throws ERR_WSOL_ARGUMENT naming the parameter.
 * @example regularizedLoss([[2, 0, -1]], [0], { lambda: 0.1 }).loss
 * @example regularizedLoss([[2, 0, -1]], [[0, 2]], { lambda: 0.1, multiLabel: "bce" }).loss
 */
export function regularizedLoss(
  logits: readonly (readonly number[])[],
  targets: readonly (number | readonly number[])[],
  options: RegularizedLossOptions = {},
): RegularizedLoss {
  checkOptions(options, KNOWN);
  const defaults = DEFAULTS.loss;
  const { regularizer = defaults.regularizer, lambda = defaults.lambda } = options;
  const { reduction = defaults.reduction, multiLabel = defaults.multiLabel } = options;
  const isMatrix = Array.isArray(logits) && logits.every((row) => Array.isArray(row));
  const classes = isMatrix ? (logits[0]?.length ?? 0) : 0;
  if (classes < 2) throw invalidArgument("logits", "at least one row of at least two logits", logits);
  if (!logits.every((row) => row.length === classes))
    throw invalidArgument("logits", `rows of ${classes} logits each`, logits);
  if (!Array.isArray(targets) || targets.length !== logits.length)
    throw invalidArgument("targets", `${logits.length} labels, one per row`, targets);
  const batch = { logits: Float64Array.from(logits.flat()), targets: targetsOf(targets), classes };
  return loadTorchAddon().regularizedLoss(batch, { regularizer, lambda, reduction, multiLabel });
}

function targetsOf(targets: readonly (number | readonly number[])[]): Int32Array | ClassLists {
  if (!targets.some((target) => Array.isArray(target))) return Int32Array.from(targets as readonly number[]);
  const lists = targets.map((target) => (Array.isArray(target) ? (target as readonly number[]) : [target as number]));
  const twice = lists.find((labels) => new Set(labels).size < labels.length);
  if (twice !== undefined) throw invalidArgument("targets", "each label of a row once", twice);
  let end = 0;
  const ends = lists.map((labels) => {
    end += labels.length;
    return end;
  });
  return { values: Int32Array.from(lists.flat()), offsets: Int32Array.of(0, ...ends) };
}
