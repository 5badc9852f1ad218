import { existsSync } from "node:fs";
import type { LibTorch } from "./inspect";

const DRIVERS = ["/proc/driver/nvidia/version", "/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg"];

/**
 * Opening the CUDA libraries costs a second and gigabytes of address space, so only where there is a driver.
 * `WSOL_CUDA=0` never, `WSOL_CUDA=1` always.
 */
export function cudaWanted(libtorch: Pick<LibTorch, "variant">, environment: NodeJS.ProcessEnv = process.env): boolean {
  return libtorch.variant === "cuda" && cudaDriver(environment);
}

export function cudaDriver(environment: NodeJS.ProcessEnv = process.env): boolean {
  if (environment.WSOL_CUDA === "0") return false;
  return environment.WSOL_CUDA === "1" || process.platform === "win32" || DRIVERS.some((path) => existsSync(path));
}
