import type { Measurements } from "../runs/evaluation";
import { counted } from "../words";

type Row = readonly [name: string, value: string, note: string];

/** An evaluation as a table for people: percent with one decimal; what the data could not give is left out. */
export function renderEvaluation(evaluation: Measurements): string {
  const rows = rowsOf(evaluation).filter((row): row is Row => row !== null);
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  const lines = rows.map(
    ([name, value, note]) => `  ${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}  ${note}`,
  );
  const { split, images, pairs, skipped } = evaluation;
  const ofPairs = pairs > images ? `, ${counted(pairs, "pair")} of an image and a class` : "";
  const lacks = skipped.length === 0 ? "" : `; ${skipped.length} skipped, in no figure: ${named(skipped)}`;
  const head = `${split}: ${counted(images, "image")}${ofPairs}${lacks}`;
  return [head, ...lines.map((line) => line.trimEnd())].join("\n");
}

const MOST_NAMED = 3;

function named(ids: readonly string[]): string {
  const more = ids.length > MOST_NAMED ? ", …" : "";
  return `${ids.slice(0, MOST_NAMED).join(", ")}${more}`;
}

function rowsOf(evaluation: Measurements): (Row | null)[] {
  const { maxBoxAcc, maxBoxAccV2: v2, bestThreshold: best, atSigma, atValThreshold: atVal } = evaluation;
  const ofVal = atVal && `at ${threshold(atVal.threshold)}, best on val`;
  return [
    rate("Top-1 Cls", evaluation.top1Cls),
    rate("GT-known Loc", evaluation.gtKnownLoc, best && bestNote(evaluation.gtKnownLoc, best["0.5"])),
    rate("", atSigma?.gtKnownLoc, `at sigma ${threshold(atSigma?.sigma)}`),
    rate("", atVal?.gtKnownLoc, ofVal),
    rate("Top-1 Loc", evaluation.top1Loc, "best threshold"),
    rate("", atSigma?.top1Loc, `at sigma ${threshold(atSigma?.sigma)}`),
    rate("", atVal?.top1Loc, ofVal),
    rate("MaxBoxAcc", maxBoxAcc?.["0.5"], maxBoxAcc && levels(maxBoxAcc)),
    rate("MaxBoxAccV2", v2?.mean, v2 && `mean of ${levels(v2)}`),
    rate("PxAP", evaluation.pxap),
    rate("mPxAP", evaluation.mPxap, "mean of classes"),
    entropy(evaluation),
  ];
}

function rate(name: string, fraction: number | null | undefined, note?: string | null): Row | null {
  return fraction === null || fraction === undefined ? null : [name, `${percent(fraction)} %`, note ?? ""];
}

/** The lowest threshold counts as the best where all are alike, which says nothing where none hits. */
function bestNote(fraction: number | null, best: number): string {
  return fraction === 0 ? "at every threshold" : `best threshold ${threshold(best)}`;
}

function entropy({ meanEntropy, meanEntropyFraction }: Measurements): Row | null {
  if (meanEntropy === null) return null;
  const note = meanEntropyFraction === null ? "" : `${percent(meanEntropyFraction)} % of log C`;
  return ["Mean entropy", `${meanEntropy.toFixed(3)} nats`, note];
}

function levels(rates: { readonly "0.3": number; readonly "0.5": number; readonly "0.7": number }): string {
  return `${percent(rates["0.3"])} / ${percent(rates["0.5"])} / ${percent(rates["0.7"])} at IoU 0.3 / 0.5 / 0.7`;
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

/** Without the digits that i * step adds, such as 0.5700000000000001. */
function threshold(value: number | undefined): string {
  return value === undefined ? "" : String(Number(value.toPrecision(10)));
}
