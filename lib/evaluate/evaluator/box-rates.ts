import type { IouLevel } from "../../metrics/iou-levels";
import type { MaxBoxAccResult } from "../../metrics/max-box-acc";
import type { EvaluationCurves, Measurements } from "../../runs/evaluation";

export type BoxRates = Pick<
  Measurements,
  "gtKnownLoc" | "top1Loc" | "maxBoxAcc" | "maxBoxAccV2" | "bestThreshold" | "atSigma" | "atValThreshold"
> & { readonly curves: Pick<EvaluationCurves, "maxBoxAcc" | "maxBoxAccV2" | "top1Loc"> };

/** What an evaluation says without boxes. */
export const NO_BOX_RATES: BoxRates = {
  gtKnownLoc: null,
  top1Loc: null,
  maxBoxAcc: null,
  maxBoxAccV2: null,
  bestThreshold: null,
  atSigma: null,
  atValThreshold: null,
  curves: { maxBoxAcc: null, maxBoxAccV2: null, top1Loc: null },
};

/** A result with the extra thresholds sigma and, perhaps, that of `val`, in the words of an evaluation. */
export function boxRates({ atThreshold, curves, ...result }: MaxBoxAccResult): BoxRates {
  const [sigma, val] = atThreshold;
  const { gtKnownLoc, top1Loc, maxBoxAcc, maxBoxAccV2, bestThreshold } = result;
  return {
    gtKnownLoc,
    top1Loc,
    maxBoxAcc,
    maxBoxAccV2,
    bestThreshold,
    atSigma: { sigma: sigma!.threshold, gtKnownLoc: sigma!.gtKnownLoc, top1Loc: sigma!.top1Loc },
    atValThreshold:
      val === undefined ? null : { threshold: val.threshold, gtKnownLoc: val.gtKnownLoc, top1Loc: val.top1Loc },
    curves: {
      maxBoxAcc: asArrays(curves.largest),
      maxBoxAccV2: asArrays(curves.all),
      top1Loc: curves.top1 === null ? null : Array.from(curves.top1),
    },
  };
}

function asArrays(curves: Readonly<Record<IouLevel, Float64Array>>): Record<IouLevel, number[]> {
  return { "0.3": [...curves["0.3"]], "0.5": [...curves["0.5"]], "0.7": [...curves["0.7"]] };
}
