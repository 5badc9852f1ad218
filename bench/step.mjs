// Training steps beside PyTorch's, eager and compiled, in turn, so that what slows the machine for a while slows all, and the
// memory that each process had resident at most:
//   node bench/step.mjs [--python PYTHON] [--rounds 7] [--device cpu] [--rows resnet18:128:32,seresnet50:224:16] [--json]
//     [--precisions float32,bfloat16] [--modes eager,compiled]
// A step is forward, backward and update; ours also crops and flips, and checks loss and gradients.
import { parseArgs } from "node:util";
import { median } from "./median.mjs";
import { settingsOf, startServers } from "./step/servers.mjs";

const { values } = parseArgs({
  strict: false,
  options: {
    python: { type: "string", default: "python3" },
    rounds: { type: "string", default: "7" },
    device: { type: "string", default: "cpu" },
    rows: { type: "string", default: "resnet18:128:32,resnet18:224:16,preresnet18:128:32,seresnet50:224:16" },
    precisions: { type: "string", default: "float32,bfloat16" },
    modes: { type: "string", default: "eager,compiled" },
    json: { type: "boolean", default: false },
  },
});
const STEPS = 2;
const modes = values.modes.split(",");

const rows = [];
if (!values.json) {
  console.log("                                        ms a step                ratio to            MiB at most");
  console.log("network      side batch precision    ours   eager compiled   eager compiled    ours   eager compiled");
}
for (const setting of settingsOf(values)) rows.push(await measure(setting));
if (values.json) console.log(JSON.stringify({ rows }, null, 2));

async function measure(setting) {
  const { backbone, side, batch, precision } = setting;
  const { device } = values;
  const servers = await startServers({ ...setting, device }, { python: values.python, modes });
  for (let round = 0; round < Number(values.rounds); round++) for (const server of servers) await server.run(STEPS);
  const ofEach = (figure) => Object.fromEntries(servers.map((server) => [server.name, figure(server)]));
  const milliseconds = ofEach(({ seconds }) => 1000 * median(seconds));
  // On other systems nothing tells it of another process.
  const mebibytes = process.platform === "linux" ? ofEach((server) => server.peakMemory()) : null;
  await Promise.all(servers.map((server) => server.stop()));
  if (!values.json) print({ ...setting, milliseconds, mebibytes: mebibytes ?? {} });
  const what = `${backbone}, ${side} px, batch ${batch}, ${precision}`;
  const plain = { backbone, side: Number(side), batch: Number(batch), precision, device };
  return { what, ...plain, milliseconds, ...(mebibytes && { mebibytes }) };
}

function print({ backbone, side, batch, precision, milliseconds, mebibytes }) {
  const { ours, eager, compiled } = milliseconds;
  const whole = (value) => (value === undefined ? "-" : value.toFixed(0)).padStart(8);
  const ratio = (value) => (value === undefined ? "-" : (value / ours).toFixed(2)).padStart(8);
  console.log(
    `${backbone.padEnd(12)} ${side.padStart(4)} ${batch.padStart(5)} ${precision.padEnd(9)}` +
      `${whole(ours)}${whole(eager)}${whole(compiled)} ${ratio(eager)}${ratio(compiled)}` +
      ["ours", "eager", "compiled"].map((name) => whole(mebibytes[name])).join(""),
  );
}
