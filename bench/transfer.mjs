// Does a network that was trained on other classes help? Trains on every other class of a data set, then on the classes in
// between, from those weights with a fresh classifier and from random ones, all else equal; evaluates, and compares:
//   node bench/transfer.mjs --data DIR --out FOLDER [--seeds 0,1,2] [--epochs 12] [--side 96]
// Finished runs in FOLDER are not repeated.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { compare, Dataset, evaluateRun, fit } from "../dist/index.js";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    out: { type: "string" },
    seeds: { type: "string", default: "0,1,2" },
    epochs: { type: "string", default: "12" },
    side: { type: "string", default: "96" },
  },
});
const [SIDE, EPOCHS] = [Number(values.side), Number(values.epochs)];
const SETTINGS = {
  model: { backbone: "resnet18" },
  data: { imageSize: Math.round(SIDE * (13 / 12)), cropSize: SIDE },
  optim: { epochs: EPOCHS, batchSize: 32, lr: 0.05, schedule: "onecycle", classifierLrMultiplier: 1 },
  evaluateEvery: EPOCHS,
  precision: "bfloat16",
};
const METADATA = ["image_ids.txt", "image_sizes.txt", "localization.txt"];

const source = await halfOf(resolve(values.data), 0);
const target = await halfOf(resolve(values.data), 1);
const sides = { random: [], transferred: [] };
for (const seed of values.seeds.split(",").map(Number)) {
  const pretrained = await train(source, `source-${seed}`, { ...SETTINGS, seed });
  const weights = join(pretrained, "last.safetensors");
  const model = { ...SETTINGS.model, weights, classifier: "fresh" };
  sides.random.push(await train(target, `random-${seed}`, { ...SETTINGS, seed }));
  sides.transferred.push(await train(target, `transferred-${seed}`, { ...SETTINGS, seed, model }));
}
const { figures, verdict, images } = await compare(sides.random, sides.transferred);
console.log(`${images} images of ${target.classes.length} classes, percent; random weights, transferred, difference`);
for (const [name, figure] of Object.entries(figures)) {
  if (figure === null) continue;
  const scale = name === "meanEntropy" ? 1 : 100;
  const [a, b, difference, low, high] = [figure.a, figure.b, figure.difference, ...figure.interval].map((value) =>
    (value * scale).toFixed(scale === 1 ? 3 : 1),
  );
  console.log(`${name.padEnd(14)}${a.padStart(7)}${b.padStart(7)}${difference.padStart(7)} (${low} to ${high})`);
}
console.log(verdict.sentence);

/** Trains and evaluates, unless that is done; returns the run's folder. */
async function train(data, name, config) {
  const out = join(values.out, name);
  if (existsSync(join(out, "evaluation.json"))) return out;
  const begin = performance.now();
  await fit(data, { out, ...config }, { force: existsSync(out) });
  await evaluateRun(out, data);
  console.error(`${name}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  return out;
}

/** The classes of one parity as a data set of their own, its images those of the whole one. */
async function halfOf(root, parity) {
  const out = join(values.out, parity === 0 ? "source-data" : "target-data");
  if (!existsSync(out)) {
    const { classes } = await Dataset.open(root);
    mkdirSync(out, { recursive: true });
    symlinkSync(join(root, "images"), join(out, "images"));
    writeFileSync(join(out, "classes.txt"), linesOf(classes.filter((_, label) => label % 2 === parity)));
    for (const split of ["train", "val", "test"]) copySplit(root, out, split, parity);
  }
  return Dataset.open(out);
}

function copySplit(root, out, split, parity) {
  const folder = join("metadata", split);
  mkdirSync(join(out, folder), { recursive: true });
  const read = (file) =>
    readFileSync(join(root, folder, file), "utf8")
      .trim()
      .split(/\r?\n/);
  const idOf = (line) => line.split(",")[0];
  const labels = new Map(read("class_labels.txt").map((line) => [idOf(line), Number(line.split(",")[1])]));
  const kept = (file) => read(file).filter((line) => labels.get(idOf(line)) % 2 === parity);
  for (const file of METADATA.filter((name) => existsSync(join(root, folder, name)))) {
    writeFileSync(join(out, folder, file), linesOf(kept(file)));
  }
  const relabelled = kept("class_labels.txt").map((line) => `${idOf(line)},${Math.floor(labels.get(idOf(line)) / 2)}`);
  writeFileSync(join(out, folder, "class_labels.txt"), linesOf(relabelled));
}

function linesOf(lines) {
  return `${lines.join("\n")}\n`;
}
