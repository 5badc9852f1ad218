import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { CudaAddon } from "./cuda-addon";
import type { MetricsAddon } from "./metrics-addon";
import type { TorchAddon } from "./torch-addon";

export interface SelfTestJob {
  readonly metricsAddon: string;
  /** Without it only the metrics are tried. */
  readonly torch: {
    readonly addon: string;
    readonly libraries: readonly string[];
    readonly optional: readonly string[];
    /** The addon `cuda`, where there is one. */
    readonly cudaAddon: string | null;
  } | null;
}

export interface SelfTestResult {
  readonly passed: boolean;
  /** What was done or why it failed, in a line. */
  readonly message: string;
  readonly seconds: number;
  readonly libtorch: string | null;
  readonly cudaDevices: readonly string[];
  /** Why CUDA libraries could not be opened. */
  readonly cudaProblem: string | null;
  /** Whether processes can exchange by NCCL. */
  readonly hasNccl: boolean;
  /** Why the addon `cuda` could not be loaded. */
  readonly ncclProblem: string | null;
}

type ChildReport = Omit<SelfTestResult, "passed" | "seconds">;

/** Loads the addons and computes one gradient in a child process: a crash there is a finding, not the end of the report. */
export async function selfTest(job: SelfTestJob): Promise<SelfTestResult> {
  const started = performance.now();
  const program = `process.stdout.write(JSON.stringify((${inChild.toString()})(require, ${JSON.stringify(job)})))`;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { timeout: 120_000 });
    const report = JSON.parse(stdout) as ChildReport;
    return { passed: true, seconds: secondsSince(started), ...report };
  } catch (cause) {
    const { signal, stderr, message } = cause as { signal?: string; stderr?: string; message: string };
    const said = /^\w*Error: (.*)$/m.exec(stderr ?? "")?.[1];
    return {
      passed: false,
      message: signal ? `the child process ended with ${signal}` : (said ?? message),
      seconds: secondsSince(started),
      libtorch: null,
      cudaDevices: [],
      cudaProblem: null,
      hasNccl: false,
      ncclProblem: null,
    };
  }
}

/** Runs in the child: only its arguments are in reach. */
function inChild(load: (path: string) => unknown, job: SelfTestJob): ChildReport {
  const asError = (code: string, text: string) => new Error(`${code}: ${text}`);
  const metrics = load(job.metricsAddon) as MetricsAddon;
  metrics.setCreateError(asError);
  const map = { data: Float64Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0), width: 3, height: 3 };
  const boxes = metrics.boxesFromScoreMap(map, { threshold: 0.5, rule: "largest" });
  if (boxes.join() !== "1,1,2,2") throw new Error(`a box came out as [${boxes.join()}]`);
  const nothing = { libtorch: null, cudaDevices: [], cudaProblem: null, hasNccl: false, ncclProblem: null };
  if (job.torch === null) return { message: "metrics: one box", ...nothing };
  for (const path of job.torch.libraries) metrics.openLibrary(path);
  let cudaProblem: string | null = null;
  try {
    for (const path of job.torch.optional) metrics.openLibrary(path);
  } catch (error) {
    cudaProblem = (error as Error).message;
  }
  const torch = load(job.torch.addon) as TorchAddon;
  torch.setCreateError(asError);
  const options = { regularizer: "none", lambda: 0, reduction: "mean", multiLabel: "softmax" } as const;
  const batch = { logits: Float64Array.of(0, 0), targets: Int32Array.of(0), classes: 2 };
  const { gradient } = torch.regularizedLoss(batch, options);
  if (Math.abs(gradient[0]! + 0.5) > 1e-12) throw new Error(`a gradient came out as [${gradient.join()}]`);
  const hasCuda = job.torch.optional.length > 0 && cudaProblem === null;
  let ncclProblem: string | null = null;
  try {
    if (hasCuda && job.torch.cudaAddon !== null) torch.useNccl((load(job.torch.cudaAddon) as CudaAddon).ncclMaker);
  } catch (error) {
    ncclProblem = (error as Error).message;
  }
  const { libtorch, cudaDevices, hasNccl } = torch.info();
  return { message: "one box and one gradient", libtorch, cudaDevices, cudaProblem, hasNccl, ncclProblem };
}

function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1000;
}
