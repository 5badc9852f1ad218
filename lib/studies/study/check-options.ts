import { invalidArgument } from "../../errors";
import type { RunStudyOptions } from "./run-study";

/** @throws ERR_WSOL_ARGUMENT */
export function checkRunning({ out, jobs, devices }: Omit<RunStudyOptions, "data">): void {
  if (typeof out !== "string" || out === "") throw invalidArgument("out", "the path of a study's folder", out);
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs >= 1)) {
    throw invalidArgument("jobs", "a whole number of at least 1", jobs);
  }
  if (devices === undefined) return;
  const isList = Array.isArray(devices) && devices.length > 0;
  if (!isList) throw invalidArgument("devices", "a list of devices", devices);
  const wrong = devices.find((device) => !/^(auto|cpu|cuda:\d+)$/.test(device));
  if (wrong !== undefined) throw invalidArgument("devices", "auto, cpu or cuda:N", wrong);
}

const LARGEST_SEED = 2 ** 32 - 1;

/** @throws ERR_WSOL_ARGUMENT */
export function checkSeeds(seeds: readonly number[]): void {
  const isSeed = (seed: number) => Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED;
  const isList = Array.isArray(seeds) && seeds.length > 0 && seeds.every(isSeed);
  if (!isList || new Set(seeds).size < seeds.length) {
    const shown = Array.isArray(seeds) ? seeds.join(", ") : seeds;
    throw invalidArgument("seeds", `different whole numbers from 0 to ${LARGEST_SEED}`, shown);
  }
}
