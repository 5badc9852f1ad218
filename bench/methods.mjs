// What a training step with each method costs beside a plain one, and score maps of each kind beside `cam`, in one process:
//   node bench/methods.mjs [--rounds N] [--precision bfloat16]
// Runs and maps take turns, so that what slows the machine for a while slows all of them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fit, Localizer } from "../dist/index.js";
import { median } from "./median.mjs";
import { synthesize } from "./synthesize.mjs";

const { values } = parseArgs({
  strict: false,
  options: { rounds: { type: "string", default: "3" }, precision: { type: "string", default: "float32" } },
});
const ROUNDS = Number(values.rounds);
if (!Number.isInteger(ROUNDS) || ROUNDS < 1)
  throw new Error(`expected a whole number for '--rounds', got ${values.rounds}`);
const BATCH = 32;
const SIDE = 128;
const STEPS = 4;
const EPOCHS = 3;
const METHODS = ["none", "has", "cutmix", "adl", "rdap", "acol"];
const KINDS = ["cam", "grad-cam", "grad-cam++", "layer-cam"];
const BASE = {
  model: { backbone: "resnet18" },
  data: { imageSize: SIDE, cropSize: SIDE },
  optim: { epochs: EPOCHS, batchSize: BATCH, lr: 0.01, schedule: "constant" },
  precision: values.precision,
};

const folder = mkdtempSync(join(tmpdir(), "wsol-bench-"));
try {
  const data = join(folder, "data");
  synthesize(data, { train: STEPS * BATCH, val: 0, test: 0, size: SIDE });
  console.log(`resnet18, last stride 1, ${SIDE} px, batch ${BATCH}, ${values.precision}`);
  print("method", await timeSteps(data));
  print("score map", await timeMaps(join(folder, "none")));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Milliseconds of every step of each method, without those that wait for decoding or follow a checkpoint. */
async function timeSteps(data) {
  const times = new Map(METHODS.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of METHODS) {
      const out = join(folder, name);
      rmSync(out, { recursive: true, force: true });
      let before = 0;
      const onStep = ({ epoch, step }) => {
        const now = performance.now();
        if (epoch > 1 && step > 1) times.get(name).push(now - before);
        before = now;
      };
      await fit(data, { ...BASE, method: { name }, out }, { onStep });
    }
  }
  return times;
}

/** Milliseconds of one batch with maps of the last stage. */
async function timeMaps(run) {
  const times = new Map(KINDS.map((name) => [name, []]));
  const { network } = await Localizer.load(run);
  const batch = { data: new Uint8Array(BATCH * SIDE * SIDE * 3), count: BATCH, height: SIDE, width: SIDE };
  for (let index = 0; index < batch.data.length; index++) batch.data[index] = (index * 7919) % 251;
  const warmUp = 1;
  for (let round = -warmUp; round < ROUNDS * STEPS; round++) {
    for (const kind of KINDS) {
      const before = performance.now();
      await network.infer(batch, { kind, stage: 4, normalisation: "minmax", size: 224, labels: null, topK: 1 });
      if (round >= 0) times.get(kind).push(performance.now() - before);
    }
  }
  await network.close();
  return times;
}

/** The first is what the others are compared with. */
function print(title, times) {
  const medians = [...times].map(([name, all]) => [name, median(all)]);
  console.log(`\n${title.padEnd(12)}${"median".padStart(10)}${"beside".padStart(10)}`);
  for (const [name, milliseconds] of medians) {
    const ratio = milliseconds / medians[0][1];
    console.log(
      `${name.padEnd(12)}${`${milliseconds.toFixed(1)} ms`.padStart(10)}${`x ${ratio.toFixed(2)}`.padStart(10)}`,
    );
  }
}
