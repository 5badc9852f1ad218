import type { AddonName } from "../native/addon-file";
import type { DoctorReport } from "./doctor";

/** The report as plain text, fit for an issue. */
export function renderDoctor(report: DoctorReport): string {
  const { libtorch, addons, selfTest } = report;
  const rows: [string, string][] = [
    ["entropy-wsol", report.package],
    ["node", report.node],
    ["platform", report.platform],
    ["machine", report.machine],
    [
      "LibTorch",
      libtorch.chosen
        ? `${libtorch.chosen.version} (${libtorch.chosen.variant}), ${libtorch.chosen.source}: ${libtorch.chosen.root}`
        : "none",
    ],
  ];
  if (libtorch.problem !== null) rows.push(["", libtorch.problem]);
  for (const { source, path, reason } of libtorch.skipped)
    rows.push(["", `passed over: ${source}${path === null ? "" : ` ${path}`}: ${reason}`]);
  rows.push(["metrics addon", addons.metrics[0]?.path ?? "not built"]);
  rows.push(["torch addon", listed(addons.torch) || "not built"]);
  if (libtorch.chosen?.variant === "cuda") rows.push(["cuda addon", listed(addons.cuda) || "not built: no NCCL"]);
  for (const [tool, found] of Object.entries(report.tools)) rows.push([tool, found ?? "not on PATH"]);
  if (selfTest !== null) {
    rows.push(["CUDA devices", selfTest.cudaDevices.join(", ") || (selfTest.cudaProblem ?? "none")]);
    if (selfTest.ncclProblem !== null) rows.push(["", `no NCCL: ${selfTest.ncclProblem}`]);
    if (selfTest.cudaDevices.length > 1) rows.push(["between GPUs", selfTest.hasNccl ? "NCCL or Gloo" : "Gloo"]);
    rows.push(["self-test", `${selfTest.passed ? "passed" : "FAILED"} in ${selfTest.seconds} s: ${selfTest.message}`]);
  }
  rows.push(["verdict", report.usable ? "ready" : "not usable for training and localization"]);
  if (report.fix !== null) rows.push(["next", report.fix]);
  return rows.map(([name, value]) => `${name.padEnd(14)}${value}`).join("\n");
}

function listed(files: DoctorReport["addons"][AddonName]): string {
  return files.map(({ path, builtFor }) => `${path} (for ${builtFor})`).join(", ");
}
