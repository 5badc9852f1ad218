import { DEFAULTS } from "../config/defaults";
import type { Config } from "../config/schema";
import { invalidArgument } from "../errors";
import { loadTorchAddon } from "../native/load-torch";
import { checkOptions, type OptionKeys } from "../options";

export interface RegularizedLossOptions {
  /** @default "entropy" */
  readonly regularizer?: Config["loss"]["regularizer"];
  /** @default 0 */
  readonly lambda?: number;
  /** @default "mean" */
  readonly reduction?: Config["loss"]["reduction"];
}

const KNOWN: OptionKeys<RegularizedLossOptions> = { regularizer: true, lambda: true, reduction: true };

export interface RegularizedLoss {
  /** Cross-entropy plus lambda times the regularizer, batch mean. */
  readonly loss: number;
  readonly crossEntropy: number;
  /** Mean H(p) in nats. */
  readonly entropy: number;
  /** lambda k / (1 + lambda k) with k = 1, C or C B; null for regularizers other than `entropy`. */
  readonly effectiveEps: number | null;
  /** d loss / d logits, rows x classes. */
  readonly gradient: Float64Array;
}

/**
 * The loss of the paper and of those it compares, with its gradient, in float64:
 * `H(y, p) + lambda * KL(u || p)` for `entropy`, u uniform over the classes.
 *
 * @param logits rows x classes, row-major.
 * @param targets The label of each row, 0-based.
 * @throws ERR_WSOL_ARGUMENT naming the parameter.
 * @example regularizedLoss([[2, 0, -1]], [0], { lambda: 0.1 }).loss
 */
export function regularizedLoss(
  logits: readonly (readonly number[])[],
  targets: readonly number[],
  options: RegularizedLossOptions = {},
): RegularizedLoss {
  checkOptions(options, KNOWN);
  const defaults = DEFAULTS.loss;
  const { regularizer = defaults.regularizer, lambda = defaults.lambda, reduction = defaults.reduction } = options;
  const isMatrix = Array.isArray(logits) && logits.every((row) => Array.isArray(row));
  const classes = isMatrix ? (logits[0]?.length ?? 0) : 0;
  if (classes < 2) throw invalidArgument("logits", "at least one row of at least two logits", logits);
  if (!logits.every((row) => row.length === classes))
    throw invalidArgument("logits", `rows of ${classes} logits each`, logits);
  if (!Array.isArray(targets) || targets.length !== logits.length)
    throw invalidArgument("targets", `${logits.length} labels, one per row`, targets);
  const batch = { logits: Float64Array.from(logits.flat()), targets: Int32Array.from(targets), classes };
  return loadTorchAddon().regularizedLoss(batch, { regularizer, lambda, reduction });
}
