// Opening the metadata of a set of ImageNet's size, in a process of its own; what it takes of time and memory:
//   node bench/metadata.mjs [--images 1280000] [--boxes]
// Beside it, what Node needs to read the same files as bytes and to make a string of each line.
import { spawnSync } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  strict: false,
  options: { images: { type: "string", default: "1280000" }, boxes: { type: "boolean", default: false } },
});
const CLASSES = 1000;
const DIST = fileURLToPath(new URL("../dist/index.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "wsol-bench-"));
try {
  await writeMetadata(folder, Number(values.images), values.boxes);
  const files = ["image_ids.txt", "class_labels.txt", ...(values.boxes ? ["image_sizes.txt", "localization.txt"] : [])];
  const paths = files.map((name) => join(folder, "metadata", "train", name));
  const plain = measured(`
    const { readFileSync } = require("node:fs");
    globalThis.kept = ${JSON.stringify(paths)}.map((path) => readFileSync(path, "utf8").split("\\n"));`);
  const ours = measured(`
    const { Dataset } = require(${JSON.stringify(DIST)});
    globalThis.kept = await Dataset.open(${JSON.stringify(folder)});`);
  console.log(`${values.images} images${values.boxes ? ", with sizes and boxes" : ""}`);
  for (const [name, { seconds, cpu, mib }] of [
    ["Dataset.open", ours],
    ["lines alone", plain],
  ]) {
    console.log(
      `${name.padEnd(14)}${seconds.toFixed(2).padStart(6)} s, ${cpu.toFixed(2)} s of processor${mib.toFixed(0).padStart(7)} MiB`,
    );
  }
  console.log(`ratio: time x ${(ours.cpu / plain.cpu).toFixed(2)}, memory x ${(ours.mib / plain.mib).toFixed(2)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Seconds of wall and of processor time, and by how much the peak of the process's memory grew. */
function measured(program) {
  const script = `(async () => {
    require(${JSON.stringify(DIST)});
    const peak = () => process.resourceUsage().maxRSS / 1024;
    const [before, begin, used] = [peak(), performance.now(), process.cpuUsage()];
    ${program}
    const { user, system } = process.cpuUsage(used);
    const seconds = (performance.now() - begin) / 1000;
    console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, mib: peak() - before }));
  })();`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** As ILSVRC names its images; in the order of the classes. */
async function writeMetadata(root, images, boxes) {
  const place = join(root, "metadata", "train");
  mkdirSync(place, { recursive: true });
  const idOf = (image) => {
    const wordnet = `n${String(1440764 + 7 * labelOf(image)).padStart(8, "0")}`;
    return `train/${wordnet}/${wordnet}_${image}.JPEG`;
  };
  const labelOf = (image) => Math.floor((image * CLASSES) / images);
  const lines = {
    "image_ids.txt": idOf,
    "class_labels.txt": (image) => `${idOf(image)},${labelOf(image)}`,
    ...(boxes && {
      "image_sizes.txt": (image) => `${idOf(image)},${400 + (image % 100)},${300 + (image % 75)}`,
      "localization.txt": (image) =>
        `${idOf(image)},${image % 90},${image % 70},${200 + (image % 150)},${200 + (image % 99)}`,
    }),
  };
  for (const [name, lineOf] of Object.entries(lines)) {
    const file = createWriteStream(join(place, name));
    for (let start = 0; start < images; start += 10_000) {
      const count = Math.min(10_000, images - start);
      file.write(Array.from({ length: count }, (_, at) => `${lineOf(start + at)}\n`).join(""));
    }
    file.end();
    await finished(file);
  }
}
