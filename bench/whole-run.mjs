// A whole run on photographs, from the start of the process to its end, beside a plain script of PyTorch, in turn:
//   node bench/whole-run.mjs [--data DIR] [--python PYTHON] [--epochs 15] [--rounds 1] [--precision bfloat16] [--json]
// Ours validates in every epoch and keeps checkpoints; the script trains, and evaluates once. Both evaluate the test split.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runToEnd } from "./child.mjs";
import { median } from "./median.mjs";
import { lackOf } from "./peers/python.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const { values } = parseArgs({
  strict: false,
  options: {
    data: { type: "string", default: path("../../shared/data/fod-mini") },
    python: { type: "string", default: "python3" },
    backbone: { type: "string", default: "resnet18" },
    side: { type: "string", default: "128" },
    epochs: { type: "string", default: "15" },
    precision: { type: "string", default: "bfloat16" },
    rounds: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const { data, backbone, side, epochs, precision } = values;
const SECONDS = ["seconds", "trainSeconds", "evaluateSeconds"];
const FIGURES = { top1Cls: "top-1 Cls", gtKnownLoc: "GT-known Loc", maxBoxAccV2: "MaxBoxAccV2" };

// The training crop is of an image that is a seventh larger, as 224 of 256.
const imageSize = String(Math.round(Number(side) * (8 / 7)));
const COMMANDS = {
  ours: (seed, out) => [
    process.execPath,
    [path("./whole-run/ours.mjs"), data, out, backbone, imageSize, side, epochs, precision, seed],
  ],
  script: (seed) => [
    values.python,
    [
      ...[path("./peers/whole_run.py"), data, "--backbone", backbone, "--precision", precision],
      ...["--image-size", imageSize, "--crop-size", side, "--epochs", epochs, "--seed", seed],
    ],
  ],
};

const ids = join(data, "metadata", "train", "image_ids.txt");
if (existsSync(ids)) await measure();
else skip(`no photographs in '${resolve(data)}': name a data set with boxes by --data DIR`);

function skip(reason) {
  console.log(values.json ? JSON.stringify({ rows: [], skipped: reason }) : `skipped: ${reason}`);
}

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "wsol-bench-"));
  try {
    const measured = { ours: [] };
    const lack = lackOf(values.python, "torch", "cv2", "numpy", "PIL");
    if (lack === undefined) measured.script = [];
    else if (!values.json) console.log(`the script is skipped: ${lack}`);
    for (let seed = 0; seed < Number(values.rounds); seed++) {
      for (const [name, all] of Object.entries(measured)) {
        all.push(await runOnce(name, seed, join(folder, `${seed}`)));
        if (!values.json) print(name, seed, all.at(-1));
      }
    }
    const rows = rowsOf(measured);
    if (values.json) console.log(JSON.stringify({ rows, measured }, null, 2));
    else if (lack === undefined) printRatio(rows[0].seconds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runOnce(name, seed, out) {
  const { status, stdout, stderr, seconds } = await runToEnd(...COMMANDS[name](String(seed), out));
  if (status !== 0) throw new Error(`the run '${name}' failed:\n${stderr}`);
  return { seconds, ...JSON.parse(stdout) };
}

function rowsOf(measured) {
  const medians = (key, scale = 1) =>
    Object.fromEntries(
      Object.entries(measured).map(([name, all]) => [name, scale * median(all.map((one) => one[key]))]),
    );
  const images = readFileSync(ids, "utf8").trim().split("\n").length;
  const parts = {
    seconds: `${epochs} epochs of ${images} photographs, ${backbone}, ${side} px, ${precision}`,
    trainSeconds: "of which training",
    evaluateSeconds: "of which evaluating test, ours after val",
  };
  return [
    ...SECONDS.map((key) => ({ what: parts[key], seconds: medians(key) })),
    ...Object.entries(FIGURES).map(([key, words]) => ({ what: `${words} on test`, percent: medians(key, 100) })),
  ];
}

function print(name, seed, run) {
  const times = SECONDS.map((key) => `${key} ${run[key].toFixed(1)}`).join(", ");
  const figures = Object.entries(FIGURES).map(([key, words]) => `${words} ${(100 * run[key]).toFixed(1)} %`);
  console.log(`${name.padEnd(7)} seed ${seed}: ${times}; ${figures.join(", ")}`);
}

function printRatio({ ours, script }) {
  console.log(`ours takes ${(ours / script).toFixed(2)} of the script's time`);
}
