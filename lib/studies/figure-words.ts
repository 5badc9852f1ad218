import type { FigureName } from "./resampled-figures";

/** How the figures are called in tables and sentences. */
export const FIGURE_WORDS: Readonly<Record<FigureName, string>> = {
  top1Cls: "Top-1 Cls",
  gtKnownLoc: "GT-known Loc",
  gtKnownAtVal: "GT-known Loc at val's threshold",
  top1Loc: "Top-1 Loc",
  top1LocAtVal: "Top-1 Loc at val's threshold",
  maxBoxAccV2: "MaxBoxAccV2",
  pxap: "PxAP",
  meanEntropy: "Mean entropy",
};

/** A difference of rates in points of percent, with its sign; of entropies in nats. */
export function signed(name: FigureName, difference: number): string {
  const text = name === "meanEntropy" ? difference.toFixed(3) : (100 * difference).toFixed(1);
  // What rounds to zero has no sign.
  if (Number(text) === 0) return text.replace("-", "");
  return difference > 0 ? `+${text}` : text;
}
