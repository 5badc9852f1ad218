// Seconds from the start of a process to each stage of a first training step, beside PyTorch's, in turn:
//   node bench/start-up.mjs [--python PYTHON] [--rounds 5] [--json]
// Ours opens a data set and a run folder too, and decodes the images of its step.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { start } from "./child.mjs";
import { median } from "./median.mjs";
import { lackOf } from "./peers/python.mjs";
import { synthesize } from "./synthesize.mjs";

const { values } = parseArgs({
  strict: false,
  options: {
    python: { type: "string", default: "python3" },
    rounds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});
const STAGES = {
  loaded: "to the package, loaded",
  opened: "to an opened network and trainer",
  stepped: "to the end of the first step",
};
const [BACKBONE, SIDE, BATCH] = ["resnet18", 128, 32];
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "wsol-bench-"));
try {
  const data = join(folder, "data");
  synthesize(data, { train: BATCH, val: 0, test: 0, size: SIDE });
  const settings = [BACKBONE, SIDE, BATCH].map(String);
  const sides = {
    ours: () => [process.execPath, [path("./start-up/ours.mjs"), data, join(folder, "run"), ...settings]],
  };
  const lack = lackOf(values.python, "torch");
  if (lack === undefined) sides.eager = () => [values.python, [path("./peers/start_up.py"), ...settings]];
  else if (!values.json) console.log(`PyTorch skipped: ${lack}`);
  const measured = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  // The first of each finds its files on disk, the others in the system's memory.
  for (let round = -1; round < Number(values.rounds); round++) {
    for (const [name, commandOf] of Object.entries(sides)) {
      rmSync(join(folder, "run"), { recursive: true, force: true });
      const stages = await secondsToStages(...commandOf());
      if (round >= 0) measured[name].push(stages);
    }
  }
  const rows = Object.entries(STAGES).map(([stage, words]) => ({
    what: `${words} (${BACKBONE}, ${SIDE} px, batch ${BATCH})`,
    seconds: Object.fromEntries(
      Object.entries(measured).map(([name, all]) => [name, median(all.map((at) => at[stage]))]),
    ),
  }));
  if (values.json) console.log(JSON.stringify({ rows }, null, 2));
  else for (const { what, seconds } of rows) console.log(what.padEnd(66), line(seconds));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function line(seconds) {
  return Object.entries(seconds)
    .map(([name, value]) => `${name} ${value.toFixed(2)} s`)
    .join(", ");
}

/** Seconds since the start at which the process printed each word. */
async function secondsToStages(command, args) {
  const begin = performance.now();
  const child = start(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  const stages = {};
  for await (const word of createInterface({ input: child.stdout })) stages[word] = (performance.now() - begin) / 1000;
  await ended;
  const lacking = Object.keys(STAGES).find((stage) => !(stage in stages));
  if (lacking !== undefined) throw new Error(`'${command}' did not come to the stage '${lacking}'`);
  return stages;
}
