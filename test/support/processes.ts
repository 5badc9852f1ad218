import { readFileSync } from "node:fs";

// What Linux tells of processes.

export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

/** False for a zombie: it runs nothing any more. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** The child of a launcher, ours or torchrun, that has this rank. */
export function childOfRank(launcher: number, rank: number): number {
  const environmentOf = (pid: number) => readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  return childrenOf(launcher).find((pid) => environmentOf(pid).includes(`RANK=${rank}`))!;
}
