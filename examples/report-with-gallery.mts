// One HTML file of runs and studies, with a gallery whose thresholds can be moved in the page.
// Usage: node build/examples/report-with-gallery.mjs RUN_OR_STUDY DATA
import { stat } from "node:fs/promises";
import { galleryOfRun, readReportSources, writeReport } from "entropy-wsol";

const [folder = "quickstart/entropy", data = "quickstart/data"] = process.argv.slice(2);

const { runs, studies } = await readReportSources([folder]);
const reported = runs.map((run) => ({ ...run, panels: [] }));
const [first] = reported;
if (first === undefined) throw new Error("no runs");
const gallery = await galleryOfRun(first.folder, { data, images: 60 });
await writeReport({ runs: [{ ...first, gallery }, ...reported.slice(1)], studies, out: "report.html" });
const { size } = await stat("report.html");
const count = `${runs.length} ${runs.length === 1 ? "run" : "runs"}`;
console.log(`report.html: ${count}, ${gallery.images.length} images, ${Math.ceil(size / 1024)} KiB`);
