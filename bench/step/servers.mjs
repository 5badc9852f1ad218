import { fileURLToPath } from "node:url";
import { StepServer } from "./server.mjs";

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
