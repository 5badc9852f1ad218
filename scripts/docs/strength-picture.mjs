// A study's curves over the strength of the term, as they are in its report, as a PNG for the documentation:
//   node scripts/docs/strength-picture.mjs REPORT.html OUT.png
// Needs Debian's Chromium on PATH.
import { resolve } from "node:path";
import { chromium } from "playwright-core";

const [report, out] = process.argv.slice(2);
if (report === undefined || out === undefined) throw new Error("expected REPORT.html and OUT.png");

/** Localization and classification against entropy, the first row of the section. */
const CHARTS = 2;
/** Room around them, for labels at the ends of axes. */
const MARGIN = 12;

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport: { width: 1160, height: 1000 }, deviceScaleFactor: 2 });
  await page.goto(`file://${resolve(report)}`);
  const charts = await page.locator("#strength figure").all();
  const boxes = await Promise.all(charts.slice(0, CHARTS).map((chart) => chart.boundingBox()));
  const left = Math.min(...boxes.map(({ x }) => x)) - MARGIN;
  const top = Math.min(...boxes.map(({ y }) => y)) - MARGIN;
  const right = Math.max(...boxes.map(({ x, width }) => x + width)) + MARGIN;
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + MARGIN;
  await page.screenshot({
    path: out,
    fullPage: true,
    clip: { x: left, y: top, width: right - left, height: bottom - top },
  });
} finally {
  await browser.close();
}
