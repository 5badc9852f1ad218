// How much a training step slows down under a foreign load, ours and PyTorch's, in turn, without the load and with it:
//   node bench/foreign-load.mjs [--python PYTHON] [--loops N] [--rounds 3] [--row resnet18:128:32] [--json]
// The load is busy loops, two for each core; a row's ratio is that of the two slowdowns.
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { start } from "./child.mjs";
import { median } from "./median.mjs";
import { startServers } from "./step/servers.mjs";

const { values } = parseArgs({
  strict: false,
  options: {
    python: { type: "string", default: "python3" },
    loops: { type: "string", default: String(2 * availableParallelism()) },
    rounds: { type: "string", default: "3" },
    row: { type: "string", default: "resnet18:128:32" },
    precision: { type: "string", default: "float32" },
    json: { type: "boolean", default: false },
  },
});
const STEPS = 3;
// Ends by itself when this process is gone.
const BUSY_LOOP = `
  const parent = process.ppid;
  console.log("busy");
  while (process.ppid === parent) for (let turn = 0; turn < 1e7; turn++);`;

const [backbone, side, batch] = values.row.split(":");
const { python, precision } = values;
const servers = await startServers({ backbone, side, batch, precision }, { python, modes: ["eager"] });
const quiet = new Map(servers.map((server) => [server.name, []]));
const loaded = new Map(servers.map((server) => [server.name, []]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const server of servers) quiet.get(server.name).push(...(await server.run(STEPS)));
  const loops = await startLoops(Number(values.loops));
  for (const server of servers) loaded.get(server.name).push(...(await server.run(STEPS)));
  for (const loop of loops) loop.kill("SIGKILL");
}
await Promise.all(servers.map((server) => server.stop()));

const times = Object.fromEntries(servers.map(({ name }) => [name, median(loaded.get(name)) / median(quiet.get(name))]));
const what = `${values.loops} busy loops, ${backbone}, ${side} px, batch ${batch}, ${precision}`;
if (values.json) console.log(JSON.stringify({ rows: [{ what, times }] }, null, 2));
else {
  console.log(`${what}: a step takes`);
  for (const { name } of servers) {
    const [before, under] = [quiet, loaded].map((seconds) => `${(1000 * median(seconds.get(name))).toFixed(0)} ms`);
    console.log(
      `  ${name.padEnd(6)} ${before} without, ${under} with the load, ${times[name].toFixed(2)} times as long`,
    );
  }
  if (times.eager !== undefined)
    console.log(`  PyTorch's slowdown over ours: ${(times.eager / times.ours).toFixed(2)}`);
}

/** Resolves when all of them are running. */
async function startLoops(count) {
  const loops = Array.from({ length: count }, () =>
    start(process.execPath, ["-e", BUSY_LOOP], { stdio: ["ignore", "pipe", "ignore"] }),
  );
  for (const { stdout } of loops) await createInterface({ input: stdout })[Symbol.asyncIterator]().next();
  return loops;
}
