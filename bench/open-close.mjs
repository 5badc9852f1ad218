// Resident memory while a trainer and a network are opened, used once and closed, again and again:
//   node bench/open-close.mjs [--cycles 1000] [--json]
// Each cycle is a run that ends in its first step, before it would write weights, and a model that is loaded and looks at an image.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fit, Localizer } from "../dist/index.js";
import { synthesize } from "./synthesize.mjs";

const { values } = parseArgs({
  strict: false,
  options: { cycles: { type: "string", default: "1000" }, json: { type: "boolean", default: false } },
});
const CYCLES = Number(values.cycles);
const [SIDE, BATCH, QUARTERS] = [32, 4, 4];
// What is set up once is no part of the question.
const WARM_UP = 10;
const SETTINGS = {
  model: { backbone: "resnet18" },
  data: { imageSize: SIDE, cropSize: SIDE },
  optim: { epochs: 1, batchSize: BATCH, lr: 0.01, schedule: "constant" },
  scoreMap: { size: SIDE },
};
const image = { data: new Uint8Array(SIDE * SIDE * 3).fill(128), width: SIDE, height: SIDE, channels: 3 };

class FirstStep extends Error {}

const folder = mkdtempSync(join(tmpdir(), "wsol-bench-"));
try {
  const data = join(folder, "data");
  synthesize(data, { train: BATCH, val: 0, test: 0, size: SIDE, classes: 2 });
  const { last } = await fit(data, { ...SETTINGS, out: join(folder, "trained") });
  for (let cycle = 0; cycle < WARM_UP; cycle++) await openAndClose(data, last.path);
  const rows = [];
  for (let cycle = 0; ; cycle++) {
    if (Number.isInteger((cycle * QUARTERS) / CYCLES)) report(cycle, rows);
    if (cycle === CYCLES) break;
    await openAndClose(data, last.path);
  }
  if (values.json) console.log(JSON.stringify({ rows }, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function openAndClose(data, weights) {
  const out = join(folder, "run");
  const onStep = () => {
    throw new FirstStep();
  };
  await fit(data, { ...SETTINGS, out }, { onStep, force: true }).catch((error) => {
    if (!(error instanceof FirstStep)) throw error;
  });
  const model = await Localizer.load(weights);
  await model.localize(image);
  await model.close();
}

function report(cycle, rows) {
  const ours = process.memoryUsage.rss() / 2 ** 20;
  rows.push({ what: `resident after ${cycle} times`, mebibytes: { ours } });
  if (!values.json) console.log(`after ${String(cycle).padStart(5)} times: ${ours.toFixed(0)} MiB`);
}
