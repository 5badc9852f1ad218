// Training steps with the batch shared by several processes of this machine, in turn with one process that has it whole and
// with PyTorch's DistributedDataParallel:
//   node bench/processes.mjs [--processes 2] [--python PYTHON] [--rounds 7] [--rows resnet18:128:32] [--json]
//     [--precisions float32,bfloat16]
// The cores are those of one machine either way: what is measured is what sharing costs.
import { parseArgs } from "node:util";
import { median } from "./median.mjs";
import { settingsOf, startServers, startSharedServers } from "./step/servers.mjs";

const { values } = parseArgs({
  strict: false,
  options: {
    processes: { type: "string", default: "2" },
    python: { type: "string", default: "python3" },
    rounds: { type: "string", default: "7" },
    rows: { type: "string", default: "resnet18:128:32,seresnet50:224:16" },
    precisions: { type: "string", default: "float32" },
    json: { type: "boolean", default: false },
  },
});
const STEPS = 2;
const { python } = values;
const count = Number(values.processes);

const rows = [];
for (const setting of settingsOf(values)) {
  rows.push(await measure(setting));
  if (!values.json) print(rows.at(-1));
}
if (values.json) console.log(JSON.stringify({ rows }, null, 2));

async function measure(setting) {
  const { backbone, side, batch, precision } = setting;
  const [alone] = await startServers(setting, { python, modes: [] });
  const servers = [...(await startSharedServers(setting, { python, count })), alone];
  for (let round = 0; round < Number(values.rounds); round++) for (const server of servers) await server.run(STEPS);
  await Promise.all(servers.map((server) => server.stop()));
  const nameOf = (server) => (server === alone ? "alone" : server.name);
  const milliseconds = servers.map((server) => [nameOf(server), 1000 * median(server.seconds)]);
  const what = `${backbone}, ${side} px, batch ${batch}, ${precision}, ${count} processes`;
  return { what, milliseconds: Object.fromEntries(milliseconds) };
}

function print({ what, milliseconds: { ours, alone, ddp } }) {
  const beside =
    ddp === undefined ? "" : `; PyTorch's DDP ${ddp.toFixed(0)} ms: ${(ddp / ours).toFixed(2)} times as long`;
  console.log(
    `${what}: ${ours.toFixed(0)} ms a step; one process ${alone.toFixed(0)} ms: ${(alone / ours).toFixed(2)}${beside}`,
  );
}
