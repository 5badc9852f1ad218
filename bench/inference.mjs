// Photographs to boxes, ours beside PyTorch's eager forward with Pillow, NumPy and OpenCV, of the same weights:
//   node bench/inference.mjs [--python PYTHON] [--images 1000] [--rounds 5] [--device cpu] [--photographs DIR] [--json]
//     [--backbones resnet18,preresnet18] [--batches 1,32] [--precisions float32,bfloat16] [--threads 0]
// Both decode ahead on as many threads as there are cores. Parts of the images take turns, so that what slows the machine for a
// while slows both. On a machine that others use, threads that wait for each other spend the processor's time: --threads 1.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { exportWeights, fit } from "../dist/index.js";
import { median } from "./median.mjs";
import { writePhotographs } from "./photographs.mjs";
import { StepServer } from "./step/server.mjs";
import { synthesize } from "./synthesize.mjs";

const { values } = parseArgs({
  strict: false,
  options: {
    python: { type: "string", default: "python3" },
    images: { type: "string", default: "1000" },
    rounds: { type: "string", default: "5" },
    device: { type: "string", default: "cpu" },
    photographs: { type: "string" },
    backbones: { type: "string", default: "resnet18,preresnet18" },
    batches: { type: "string", default: "1,32" },
    precisions: { type: "string", default: "float32,bfloat16" },
    threads: { type: "string", default: "0" },
    json: { type: "boolean", default: false },
  },
});
const [IMAGES, ROUNDS, SIDE] = [Number(values.images), Number(values.rounds), 224];
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "wsol-bench-"));
const rows = [];
try {
  const paths = await photographs();
  if (!values.json) {
    console.log(`${IMAGES} photographs to boxes at ${SIDE} pixels, ${availableParallelism()} cores`);
    console.log("                              images a second            ms of processor      boxes");
    console.log("network     batch precision    ours   peer  ratio       ours   peer  ratio    IoU");
  }
  for (const backbone of values.backbones.split(",")) {
    const weights = await trainedWeights(backbone);
    for (const batch of values.batches.split(",")) {
      for (const precision of values.precisions.split(",")) {
        rows.push(await measure({ backbone, batch, precision, weights, paths }));
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (values.json) console.log(JSON.stringify({ images: IMAGES, side: SIDE, rows }, null, 2));

/** Those of fod-mini where they are beside the clone, else generated ones; as often as it takes. */
async function photographs() {
  const shared = path("../../shared/data/fod-mini/images");
  let root = values.photographs ?? shared;
  if (!existsSync(root)) {
    const made = join(tmpdir(), "wsol-bench-photographs-inference");
    await writePhotographs(made, { count: 200, distinct: 200 });
    root = join(made, "images");
  }
  const found = readdirSync(root, { recursive: true }).filter((name) => /\.(jpe?g|png)$/i.test(name));
  const paths = found.sort().map((name) => join(root, name));
  return Array.from({ length: IMAGES }, (_, index) => paths[index % paths.length]);
}

/** Of a step or two: maps and boxes of random weights are no less work, but tell less of whether both agree. */
async function trainedWeights(backbone) {
  const [data, out] = [join(folder, "data"), join(folder, backbone)];
  if (!existsSync(data)) synthesize(data, { train: 64, val: 0, test: 0, size: SIDE });
  await fit(data, {
    out,
    model: { backbone },
    data: { imageSize: SIDE, cropSize: SIDE },
    optim: { epochs: 2, batchSize: 16, lr: 0.01 },
    device: values.device,
  });
  const { path: exported } = await exportWeights(out, { out: join(folder, `${backbone}.pth`) });
  return { ours: join(out, "last.safetensors"), exported };
}

async function measure({ backbone, batch, precision, weights, paths }) {
  const shared = [batch, precision, values.device, values.threads];
  const ours = await StepServer.start(
    "ours",
    process.execPath,
    [path("./inference/ours.mjs"), weights.ours, ...shared],
    { input: paths },
  );
  if (ours === null) throw new Error(`no localization of ${backbone} ${shared.join(" ")}`);
  const script = [path("./peers/localization.py"), backbone, weights.exported, ...shared];
  const peer = await StepServer.start("peer", values.python, script, { input: paths });
  const servers = [ours, peer].filter((server) => server !== null);
  const seconds = Object.fromEntries(servers.map(({ name }) => [name, { clock: [], processor: [] }]));
  for (let round = 0; round < ROUNDS; round++) {
    const [first, end] = [0, 1].map((next) => Math.floor(((round + next) * IMAGES) / ROUNDS));
    // Whoever comes second finds the files in memory: so in turn.
    for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
      const [clock, processor] = (await server.ask(`${first} ${end - first}`)).split(" ").map(Number);
      seconds[server.name].clock.push(clock / (end - first));
      seconds[server.name].processor.push(processor / (end - first));
    }
  }
  const boxes = [];
  for (const server of servers) boxes.push(JSON.parse(await server.ask("boxes")));
  await Promise.all(servers.map((server) => server.stop()));
  const row = { backbone, batch: Number(batch), precision, device: values.device };
  for (const { name } of servers) {
    row[name] = {
      imagesPerSecond: 1 / median(seconds[name].clock),
      processorMilliseconds: 1000 * median(seconds[name].processor),
    };
  }
  if (peer !== null) {
    row.ratio = row.ours.imagesPerSecond / row.peer.imagesPerSecond;
    row.processorRatio = row.peer.processorMilliseconds / row.ours.processorMilliseconds;
    row.meanIou = boxes[0].reduce((sum, box, image) => sum + iou(box, boxes[1][image]), 0) / IMAGES;
  }
  if (!values.json) print(row);
  return row;
}

function iou(a, b) {
  const overlap = (axis) => Math.max(0, Math.min(a[axis + 2], b[axis + 2]) - Math.max(a[axis], b[axis]) + 1);
  const area = ([x0, y0, x1, y1]) => (x1 - x0 + 1) * (y1 - y0 + 1);
  const both = overlap(0) * overlap(1);
  return both / (area(a) + area(b) - both);
}

function print({ backbone, batch, precision, ours, peer, ratio, processorRatio, meanIou }) {
  const number = (value, digits, width) => (value === undefined ? "-" : value.toFixed(digits)).padStart(width);
  const rates = `${number(ours.imagesPerSecond, 1, 8)}${number(peer?.imagesPerSecond, 1, 7)}${number(ratio, 2, 7)}`;
  const used = `${number(ours.processorMilliseconds, 1, 11)}${number(peer?.processorMilliseconds, 1, 7)}`;
  console.log(
    `${backbone.padEnd(12)}${String(batch).padStart(5)} ${precision.padEnd(9)}${rates}${used}${number(processorRatio, 2, 7)}${number(meanIou, 3, 7)}`,
  );
}
