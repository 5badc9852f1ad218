// Seconds that `compare` takes to draw the images of CUB's test set anew, one run a side, at 1,000 thresholds:
//   node bench/compare.mjs [--images 5794] [--resamples 10000]
// Two networks are trained for a step each, for records of boxes, masks and predictions.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compare, evaluateRun, fit } from "../dist/index.js";
import { synthesize } from "./synthesize.mjs";

const { values } = parseArgs({
  strict: false,
  options: {
    images: { type: "string", default: "5794" },
    resamples: { type: "string", default: "10000" },
  },
});
const [images, resamples] = [Number(values.images), Number(values.resamples)];
const SIDE = 32;
const BATCH = 32;

const folder = mkdtempSync(join(tmpdir(), "wsol-bench-"));
try {
  const data = join(folder, "data");
  synthesize(data, { train: BATCH, val: BATCH, test: images, size: SIDE });
  const runs = [];
  for (const seed of [0, 1]) {
    const out = join(folder, `seed-${seed}`);
    await fit(data, {
      model: { backbone: "resnet18" },
      data: { imageSize: SIDE, cropSize: SIDE },
      optim: { epochs: 1, batchSize: BATCH, lr: 0.01, schedule: "constant" },
      scoreMap: { size: SIDE },
      ...{ seed, out },
    });
    await evaluateRun(out, data);
    runs.push(out);
  }
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  const comparing = compare(...runs, { resamples });
  let untilPxap = 0;
  for await (const { done } of comparing) if (done === resamples) untilPxap = seconds();
  const { figures } = await comparing;
  console.log(`${images} images, ${resamples} resamples of all figures but PxAP: ${untilPxap.toFixed(2)} s`);
  console.log(`${figures.pxap.resamples} resamples of PxAP: ${(seconds() - untilPxap).toFixed(2)} s`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
