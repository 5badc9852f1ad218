// Training steps on request: after "ready", each line of stdin with a number asks for so many steps, answered by the seconds
// that each took, in a line. Arguments: BACKBONE SIDE BATCH PRECISION DEVICE

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const { resolveConfig } = require("../../dist/config/resolve.js");
const { TrainingSession } = require("../../dist/train/session.js");

const [backbone, side, batch, precision, device = "cpu"] = process.argv.slice(2);
const [SIDE, BATCH, CLASSES] = [Number(side), Number(batch), 8];
const config = resolveConfig({
  ...{ precision, device },
  model: { backbone },
  data: { imageSize: SIDE, cropSize: SIDE },
  optim: { batchSize: BATCH },
});
const session = await TrainingSession.open({ config, numClasses: CLASSES, isRestored: false });
const images = { data: new Uint8Array(BATCH * SIDE * SIDE * 3), count: BATCH, height: SIDE, width: SIDE };
images.data.forEach((_, at) => {
  images.data[at] = (at * 7919) >> 3;
});
const labels = Int32Array.from({ length: BATCH }, (_, at) => at % CLASSES);

let taken = 0;
async function step() {
  const begin = performance.now();
  await session.trainer.step(images, labels, { learningRate: 0.01, step: taken++ });
  return (performance.now() - begin) / 1000;
}

for (let warmUp = 0; warmUp < 3; warmUp++) await step();
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const seconds = [];
  for (let left = Number(line); left > 0; left--) seconds.push(await step());
  console.log(seconds.join(" "));
}
await session.close();
