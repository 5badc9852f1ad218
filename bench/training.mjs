// The speed of a training run, its loading of images included, and the event loop's delay meanwhile:
//   node bench/training.mjs [--precision bfloat16]
// Steps beside PyTorch's: bench/step.mjs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { fit } from "../dist/index.js";
import { median } from "./median.mjs";
import { synthesize } from "./synthesize.mjs";

const { values } = parseArgs({
  strict: false,
  options: { precision: { type: "string", default: "float32" } },
});
const BATCH = 32;
const SIDE = 128;
const EPOCHS = 2;

const folder = mkdtempSync(join(tmpdir(), "wsol-bench-"));
try {
  const data = join(folder, "data");
  synthesize(data, { train: 8 * BATCH, val: 0, test: 0, size: SIDE });
  const delay = monitorEventLoopDelay();
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
  console.log(`resnet18, last stride 1, ${SIDE} px, batch ${BATCH}, ${values.precision}`);
  console.log(`entropy-wsol   ${ours.toFixed(1)} img/s`);
  console.log(
    `event loop     p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, of which 10 ms are the timer's resolution`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
