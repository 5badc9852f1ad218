// Training speed and the event loop's delay meanwhile, beside plain PyTorch on the same machine:
//   node bench/training.mjs [--python PYTHON] [--precision bfloat16]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fit } from "../dist/index.js";
import { synthesize } from "./synthesize.mjs";

const { values } = parseArgs({
  options: { python: { type: "string", default: "python3" }, precision: { type: "string", default: "float32" } },
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
  const peer = pytorch();
  if (peer === null) console.log(`PyTorch        skipped: '${values.python}' has no torch`);
  else console.log(`PyTorch        ${peer.toFixed(1)} img/s, ratio ${(ours / peer).toFixed(2)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function pytorch() {
  const script = fileURLToPath(new URL("./peers/train_step.py", import.meta.url));
  const { status, stdout } = spawnSync(values.python, [script, String(SIDE), String(BATCH), values.precision], {
    encoding: "utf8",
  });
  return status === 0 ? Number(stdout) : null;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
