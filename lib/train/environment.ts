import { execFile } from "node:child_process";
import { arch, cpus, platform } from "node:os";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { Config } from "../config/schema";
import type { Dataset } from "../data/dataset";
import type { Processes } from "../distributed/processes";
import { chooseDevice } from "../models/network";
import { loadTorchAddon } from "../native/load-torch";
import type { Environment } from "../runs/environment";
import { version } from "../version";

export async function describeEnvironment(
  config: Config,
  dataset: Dataset,
  processes: Processes,
): Promise<Environment> {
  const info = loadTorchAddon().info();
  const device = chooseDevice(processes.deviceOf(config.device));
  return {
    package: version,
    libtorch: info.libtorch,
    device,
    deviceName:
      device === "cpu" ? (cpus()[0]?.model ?? "unknown") : (info.cudaDevices[Number(device.slice(5))] ?? "unknown"),
    precision: config.precision,
    threads: processes.threadsOf(config.threads) || info.threads,
    processes: processes.worldSize,
    node: process.version,
    platform: `${platform()}-${arch()}`,
    data: resolve(dataset.root),
    commit: await gitCommit(),
    startedAt: new Date().toISOString(),
  };
}

async function gitCommit(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)("git", ["rev-parse", "HEAD"], { timeout: 2000 });
    return stdout.trim();
  } catch {
    return null;
  }
}
