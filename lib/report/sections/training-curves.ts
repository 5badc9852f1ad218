import type { EpochEvent } from "../../runs/events";
import type { RunSummary } from "../../runs/summary";
import { lineChart } from "../charts/line-chart";
import type { Point } from "../charts/series";
import { legend } from "../charts/series";
import { type Html, html } from "../html";

interface Curve {
  readonly title: string;
  readonly note: string;
  readonly of: (event: EpochEvent) => number | null | undefined;
  readonly isPercent: boolean;
}

const CURVES: readonly Curve[] = [
  { title: "Loss", note: "training, with the regularizer", of: ({ loss }) => loss, isPercent: false },
  {
    title: "Mean entropy",
    note: "H(p) over log C, training",
    of: ({ meanEntropyFraction }) => meanEntropyFraction,
    isPercent: true,
  },
  { title: "Top-1 accuracy", note: "training, augmented images", of: ({ top1Cls }) => top1Cls, isPercent: true },
  { title: "Top-1 accuracy", note: "val", of: ({ val }) => val?.top1Cls, isPercent: true },
  { title: "GT-known Loc", note: "val, at its best threshold", of: ({ val }) => val?.gtKnownLoc, isPercent: true },
  { title: "PxAP", note: "val", of: ({ val }) => val?.pxap, isPercent: true },
];

/** One chart per quantity, all runs in each; null when no run has finished an epoch. */
export function trainingCurves(runs: readonly RunSummary[]): Html | null {
  const last = Math.max(0, ...runs.flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch)));
  const charts = CURVES.map(({ title, note, of, isPercent }) =>
    lineChart({
      title,
      note,
      x: { label: "epoch", kind: "whole", domain: [Math.min(1, last), last] },
      y: { label: title, isPercent },
      series: runs.map((run, index) => ({ name: run.name, index, points: pointsOf(run, of) })),
      hasDots: true,
      describe: ([epoch, value]) =>
        `epoch ${epoch}, ${isPercent ? `${(100 * value).toFixed(1)} %` : Number(value.toPrecision(4))}`,
    }),
  ).filter((chart) => chart !== null);
  if (charts.length === 0) return null;
  return html`${legend(runs.map(({ name }) => name))}<div class="charts">${charts}</div>`;
}

/** Epochs without the value, as those that `evaluateEvery` passes over, are joined across. */
function pointsOf({ epochs }: RunSummary, of: Curve["of"]): Point[] {
  return epochs.flatMap((event): Point[] => {
    const value = of(event);
    return typeof value === "number" ? [[event.epoch, value]] : [];
  });
}
