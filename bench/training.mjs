// The speed of a training run, its loading of images included, and the event loop's delay meanwhile:
//   node bench/training.mjs [--precision bfloat16] [--json]
// Steps beside PyTorch's: bench/step.mjs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { fit } from "../dist/index.js";
import { median } from "./median.mjs";
import { synthesize } from "./synthesize.mjs";

const { values } = parseArgs({
  strict: false,
  options: { precision: { type: "string", default: "float32" }, json: { type: "boolean", default: false } },
});
const BATCH = 32;
const SIDE = 128;
const EPOCHS = 2;
// Milliseconds between two looks at the loop, which each delay includes.
const RESOLUTION = 10;

const folder = mkdtempSync(join(tmpdir(), "wsol-bench-"));
try {
  const data = join(folder, "data");
  synthesize(data, { train: 8 * BATCH, val: 0, test: 0, size: SIDE });
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  let loopEnabled = false;
  const seconds = [];
  const run = fit(
    data,
    {
      out: join(folder, "run"),
      model: { backbone: "resnet18" },
      data: { imageSize: SIDE, cropSize: SIDE },
      optim: { epochs: EPOCHS, batchSize: BATCH, lr: 0.01, schedule: "constant" },
      precision: values.precision,
    },
    {
      onStep: () => {
        if (!loopEnabled) delay.enable();
        loopEnabled = true;
        seconds.push(performance.now() / 1000);
      },
    },
  );
  await run;
  delay.disable();
  const steps = seconds.slice(1).map((time, index) => time - seconds[index]);
  const ours = BATCH / median(steps);
  const p99 = delay.percentile(99) / 1e6;
  const idle = await idleDelay();
  const what = `resnet18, ${SIDE} px, batch ${BATCH}, ${values.precision}`;
  if (values.json) {
    const rows = [
      { what: `delay, 99th percentile (${what})`, milliseconds: { ours: p99, idle } },
      { what: "trained meanwhile", imagesPerSecond: { ours } },
    ];
    console.log(JSON.stringify({ rows }, null, 2));
  } else {
    console.log(what);
    console.log(`entropy-wsol   ${ours.toFixed(1)} img/s`);
    console.log(
      `event loop     p99 ${p99.toFixed(1)} ms, idle ${idle.toFixed(1)} ms: ${RESOLUTION} ms are the timer's`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The 99th percentile of a loop that has nothing to do. */
async function idleDelay() {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  await setTimeout(2000);
  delay.disable();
  return delay.percentile(99) / 1e6;
}
