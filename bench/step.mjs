// Training steps beside PyTorch's, eager and compiled, in turn, so that what slows the machine for a while slows all:
//   node bench/step.mjs [--python PYTHON] [--rounds 7] [--device cpu] [--rows resnet18:128:32,seresnet50:224:16] [--json]
// A step is forward, backward and update; ours also crops and flips, and checks loss and gradients.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "./median.mjs";
import { StepServer } from "./step/server.mjs";

const { values } = parseArgs({
  strict: false,
  options: {
    python: { type: "string", default: "python3" },
    rounds: { type: "string", default: "7" },
    device: { type: "string", default: "cpu" },
    rows: { type: "string", default: "resnet18:128:32,resnet18:224:32,preresnet18:128:32,seresnet50:224:16" },
    precisions: { type: "string", default: "float32,bfloat16" },
    json: { type: "boolean", default: false },
  },
});
const STEPS = 2;
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const rows = [];
if (!values.json) console.log("                                        ms a step                ratio to");
if (!values.json) console.log("network      side batch precision    ours   eager compiled   eager compiled");
for (const row of values.rows.split(",")) {
  for (const precision of values.precisions.split(",")) rows.push(await measure(row.split(":"), precision));
}
if (values.json) console.log(JSON.stringify(rows, null, 2));

async function measure([backbone, side, batch], precision) {
  const args = [backbone, side, batch, precision, values.device];
  const python = (mode) => StepServer.start(mode, values.python, [path("./peers/training_steps.py"), ...args, mode]);
  // One after the other: each would slow the others' warm-up.
  const ours = await StepServer.start("ours", process.execPath, [path("./step/ours.mjs"), ...args]);
  if (ours === null) throw new Error(`no step of ${args.join(" ")}`);
  const [eager, compiled] = [await python("eager"), await python("compiled")];
  const servers = [ours, eager, compiled].filter((server) => server !== null);
  for (let round = 0; round < Number(values.rounds); round++) for (const server of servers) await server.run(STEPS);
  for (const server of servers) server.stop();
  const milliseconds = Object.fromEntries(servers.map(({ name, seconds }) => [name, 1000 * median(seconds)]));
  if (!values.json) print({ backbone, side, batch, precision, milliseconds });
  return { backbone, side: Number(side), batch: Number(batch), precision, device: values.device, milliseconds };
}

function print({ backbone, side, batch, precision, milliseconds }) {
  const { ours, eager, compiled } = milliseconds;
  const time = (value) => (value === undefined ? "-" : value.toFixed(0)).padStart(8);
  const ratio = (value) => (value === undefined ? "-" : (value / ours).toFixed(2)).padStart(8);
  console.log(
    `${backbone.padEnd(12)} ${side.padStart(4)} ${batch.padStart(5)} ${precision.padEnd(9)}` +
      `${time(ours)}${time(eager)}${time(compiled)} ${ratio(eager)}${ratio(compiled)}`,
  );
}
