import type { Config } from "../config/schema";
import { WsolError } from "../errors";
import { buildFix } from "../native/load-metrics";
import { loadTorch } from "../native/load-torch";
import type { Processes } from "./processes";

/**
 * Whether the processes can exchange by `distributed.backend`, this one on `device`.
 * @throws ERR_WSOL_CONFIG where it trains on the CPU; ERR_WSOL_ADDON where the addon that NCCL needs is not there
 */
export function checkBackend(
  { backend }: Config["distributed"],
  { device, processes }: { readonly device: string; readonly processes: Pick<Processes, "isAlone"> },
): void {
  if (processes.isAlone || backend === "gloo") return;
  if (device === "cpu") {
    const message = "expected 'gloo' for 'distributed.backend' of processes that train on the CPU, got 'nccl'";
    throw new WsolError("ERR_WSOL_CONFIG", message, { details: { key: "distributed.backend", device } });
  }
  const { addon, ncclProblem } = loadTorch();
  if (addon.info().hasNccl) return;
  const message = `expected 'gloo' for 'distributed.backend' without the addon that NCCL needs, got 'nccl': ${ncclProblem}`;
  throw new WsolError("ERR_WSOL_ADDON", message, { details: { addon: "cuda" }, fix: buildFix("cuda") });
}
