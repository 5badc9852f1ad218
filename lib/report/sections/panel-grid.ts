import { loadSharp } from "../../data/images/sharp";
import type { Panel } from "../../pictures/panels-of-run";
import type { RunSummary } from "../../runs/summary";
import { seriesClass } from "../charts/series";
import { type Html, html } from "../html";
import type { ReportedRun } from "../reported-run";

/** A row per image, a column per run; null when no run has pictures. */
export async function panelGrid(runs: readonly ReportedRun[]): Promise<Html | null> {
  const shown = runs.map((run, index) => ({ run, index })).filter(({ run }) => run.panels.length > 0);
  const ids = [...new Set(shown.flatMap(({ run }) => run.panels.map(({ imageId }) => imageId)))];
  if (ids.length === 0) return null;
  const rows: Html[] = [];
  for (const id of ids) {
    const cells: Html[] = [];
    for (const { run, index } of shown) {
      const panel = run.panels.find(({ imageId }) => imageId === id);
      cells.push(panel === undefined ? html`<figure class="panel"></figure>` : await figure(panel, run, index));
    }
    const label = shown.flatMap(({ run }) => run.panels).find(({ imageId }) => imageId === id)?.label;
    rows.push(
      html`<section class="image"><h3>${label} <small>${id}</small></h3><div class="panels">${cells}</div></section>`,
    );
  }
  return html`<p class="key"><span class="box predicted"></span>predicted box <span class="box truth"></span>true box <span class="ramp"></span>score 0 to 1</p>
<div class="scroll"><div class="rows" data-runs="${Math.min(shown.length, 4)}" style="--runs:${shown.length}">${rows}</div></div>`;
}

async function figure(panel: Panel, run: RunSummary, index: number): Promise<Html> {
  const isRight = panel.predicted === panel.label;
  const alt = `${run.name}: ${panel.imageId} with boxes, its score map, and both over each other`;
  return html`<figure class="panel"><img loading="lazy" alt="${alt}" src="data:image/webp;base64,${await compress(panel.png)}">${panel.stages && (await stageFigure(panel.stages, run.name))}
<figcaption><span class="swatch ${seriesClass(index)}"></span><b>${run.name}</b> <span class="${isRight ? "up" : "down"}">${isRight ? "✓" : "✗"} ${panel.predicted}</span> ${(100 * panel.probability).toFixed(0)} %${panel.iou !== null && ` · IoU ${panel.iou.toFixed(2)}`}</figcaption></figure>`;
}

async function stageFigure(png: Uint8Array, run: string): Promise<Html> {
  const alt = `${run}: the image beside the mean feature map of each of the four stages`;
  return html`<img class="stages" loading="lazy" alt="${alt}" src="data:image/webp;base64,${await compress(png)}">`;
}

/** A tenth of the PNG's size, so that a page of pictures can be mailed. */
async function compress(png: Uint8Array): Promise<string> {
  return (await loadSharp()(png).webp({ quality: 90 }).toBuffer()).toString("base64");
}
