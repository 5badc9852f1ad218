// A whole training run with a validation in every epoch, and the evaluation of the test split: JSON of its seconds and figures.
// Arguments: DATA OUT BACKBONE IMAGE_SIZE CROP_SIZE EPOCHS PRECISION SEED
import { availableParallelism } from "node:os";

// Before anything uses the pool: as `wsol` does.
process.env.UV_THREADPOOL_SIZE ??= String(availableParallelism() + 2);
const { evaluateRun, fit } = await import("../../dist/index.js");
const [data, out, backbone, imageSize, cropSize, epochs, precision, seed] = process.argv.slice(2);
const begin = performance.now();
const seconds = () => (performance.now() - begin) / 1000;
await fit(data, {
  ...{ out, precision, seed: Number(seed) },
  model: { backbone },
  data: { imageSize: Number(imageSize), cropSize: Number(cropSize) },
  optim: { epochs: Number(epochs), batchSize: 32, lr: 0.05, schedule: "onecycle" },
});
const trainSeconds = seconds();
const { top1Cls, gtKnownLoc, maxBoxAccV2 } = await evaluateRun(out, data);
const evaluateSeconds = seconds() - trainSeconds;
console.log(JSON.stringify({ trainSeconds, evaluateSeconds, top1Cls, gtKnownLoc, maxBoxAccV2: maxBoxAccV2.mean }));
