import type { RunSummary } from "../../runs/summary";
import { factsTable } from "../facts-table";
import type { Html } from "../html";

const FACTS = {
  package: "entropy-wsol",
  libtorch: "LibTorch",
  device: "device",
  deviceName: "processor",
  precision: "precision",
  threads: "threads",
  node: "Node.js",
  platform: "platform",
  commit: "commit",
  data: "data set",
  startedAt: "started",
} as const;

/** What the runs were made with, a shared fact once; null where no folder tells. */
export function environments(runs: readonly RunSummary[]): Html | null {
  if (runs.every(({ environment }) => environment === null)) return null;
  const facts = Object.entries(FACTS).map(([key, label]) => ({
    label,
    values: runs.map(({ environment }) => environment?.[key as keyof typeof FACTS] ?? "–"),
  }));
  return factsTable(
    runs.map(({ name }) => name),
    facts,
  );
}
