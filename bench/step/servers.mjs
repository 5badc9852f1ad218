import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { StepServer } from "./server.mjs";

/** The settings that the options --rows, such as resnet18:128:32,seresnet50:224:16, and --precisions name together. */
export function settingsOf({ rows, precisions }) {
  return rows.split(",").flatMap((row) => {
    const [backbone, side, batch] = row.split(":");
    return precisions.split(",").map((precision) => ({ backbone, side, batch, precision }));
  });
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Processes that take the same steps, ours first, then PyTorch's in each of the modes, as far as they can run here. They warm
 * up one after the other: each would slow the others.
 */
export async function startServers({ backbone, side, batch, precision, device = "cpu" }, { python, modes }) {
  const args = [backbone, side, batch, precision, device].map(String);
  const ours = await StepServer.start("ours", process.execPath, [path("./ours.mjs"), ...args]);
  if (ours === null) throw new Error(`no step of ${args.join(" ")}`);
  const servers = [ours];
  for (const mode of modes) {
    const server = await StepServer.start(mode, python, [path("../peers/training_steps.py"), ...args, mode]);
    if (server !== null) servers.push(server);
  }
  return servers;
}

/** The same with the batch shared by `count` processes of this machine: ours, and PyTorch's DistributedDataParallel. */
export async function startSharedServers({ backbone, side, batch, precision }, { python, count }) {
  const args = [backbone, side, batch, precision, "cpu"].map(String);
  const peer = [path("../peers/training_steps.py"), ...args, "eager"];
  const ours = await StepServer.start("ours", process.execPath, [path("./ours.mjs"), ...args], await shared(count));
  if (ours === null) throw new Error(`no step of ${args.join(" ")} with ${count} processes`);
  const ddp = await StepServer.start("ddp", python, peer, await shared(count));
  return ddp === null ? [ours] : [ours, ddp];
}

/** What tells processes of each other, as torchrun does. */
async function shared(count) {
  const port = await freePort();
  const [environment, ...followers] = Array.from({ length: count }, (_, rank) => ({
    ...{ RANK: `${rank}`, WORLD_SIZE: `${count}`, LOCAL_RANK: `${rank}`, LOCAL_WORLD_SIZE: `${count}` },
    ...{ MASTER_ADDR: "127.0.0.1", MASTER_PORT: `${port}`, GLOO_SOCKET_IFNAME: "lo" },
  }));
  return { environment, followers };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
