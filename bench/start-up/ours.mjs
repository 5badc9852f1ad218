// From nothing to the first training step: a word when each stage is done. Arguments: DATA OUT BACKBONE SIDE BATCH
import { writeSync } from "node:fs";

const [data, out, backbone, side, batch] = process.argv.slice(2);
const [SIDE, BATCH] = [Number(side), Number(batch)];
const { fit } = await import("../../dist/index.js");
writeSync(1, "loaded\n");
const run = fit(
  data,
  {
    out,
    model: { backbone },
    data: { imageSize: SIDE, cropSize: SIDE },
    optim: { epochs: 1, batchSize: BATCH, lr: 0.01, schedule: "constant" },
  },
  {
    onStep: () => {
      writeSync(1, "stepped\n");
      process.exit();
    },
  },
);
for await (const { type } of run) if (type === "start") writeSync(1, "opened\n");
