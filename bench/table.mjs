// One table of all measurements, ours beside its peers: PyTorch, OpenCV and Pillow, as far as the interpreter has them.
//   node bench/table.mjs [--python PYTHON] [--data DIR] [--rows step,metrics] [--quick] [--json]
// The table, or with --json one document, goes to stdout, progress to stderr. Exit code 1 where a measurement failed.
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { runToEnd } from "./child.mjs";
import { inspectPython } from "./peers/python.mjs";
import { MEASUREMENTS, scriptOf } from "./table/measurements.mjs";
import { renderTable } from "./table/render.mjs";
import { rowsOf } from "./table/rows.mjs";

const names = MEASUREMENTS.map(({ name }) => name);

try {
  await main(readOptions());
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      python: { type: "string", default: "python3" },
      data: { type: "string" },
      rows: { type: "string", default: names.join(",") },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const wanted = values.rows.split(",").map((name) => name.trim());
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`expected some of ${names.join(", ")} for '--rows', got '${unknown}'`);
  return { ...values, wanted };
}

async function main({ wanted, json, ...options }) {
  const { versions, advice } = inspectPython(options.python);
  const machine = `${cpus()[0].model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}`;
  const results = [];
  for (const measurement of MEASUREMENTS.filter(({ name }) => wanted.includes(name))) {
    console.error(`measuring: ${measurement.title}`);
    results.push(await measure(measurement, options));
  }
  if (json) {
    console.log(JSON.stringify({ machine, peers: versions, missing: advice, quick: options.quick, results }, null, 2));
  } else {
    const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    console.log([machine, ...peers].join(", "));
    if (advice !== null) console.log(`without some of the peers: ${advice}`);
    console.log(`ratio: how many times better ours is\n\n${renderTable(results)}`);
  }
  if (results.some(({ failed }) => failed)) process.exitCode = 1;
}

/** One that fails stops no other. */
async function measure(measurement, { python, data, quick }) {
  const { name, title } = measurement;
  const args = ["--json", ...(quick ? measurement.quick : measurement.full)];
  if (measurement.python) args.push("--python", python);
  if (measurement.data && data !== undefined) args.push("--data", data);
  const { status, stdout, stderr } = await runToEnd(process.execPath, [scriptOf(measurement), ...args]);
  const document = parsed(stdout);
  if (document === null) {
    console.error(stderr.trimEnd());
    return { name, title, rows: [], problem: `failed: ${reasonOf(stderr)}`, failed: true };
  }
  const problem = document.skipped === undefined ? null : `skipped: ${document.skipped}`;
  // A script that measured and then found the two sides to disagree has both to say.
  const failed = status !== 0;
  return { name, title, rows: rowsOf(name, document), problem: failed ? "failed: see above" : problem, failed };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The innermost error, whose line stands among those of a stack. */
function reasonOf(stderr) {
  const lines = stderr.trim().split("\n");
  return lines.findLast((text) => /^\w*Error\b/.test(text)) ?? (lines.at(-1) || "it ended without a word");
}
