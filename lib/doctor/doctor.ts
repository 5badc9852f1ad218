import { execFileSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import { isWsolError } from "../errors";
import { type AddonFile, type AddonName, addonFiles } from "../native/addon-file";
import { onPath } from "../native/build";
import { cudaWanted } from "../native/libtorch/find/cuda-wanted";
import { discoverLibtorch, type FoundLibTorch, type SkippedCandidate } from "../native/libtorch/find/find";
import { openOrder } from "../native/libtorch/find/open-order";
import { chooseLibtorch } from "../native/load-torch";
import { type SelfTestResult, selfTest } from "../native/self-test";
import { version } from "../version";

/** Everything that decides whether the package works here; what `wsol doctor --json` prints. */
export interface DoctorReport {
  /** Whether training and localization work; metrics may work without. */
  readonly usable: boolean;
  readonly package: string;
  readonly node: string;
  readonly platform: string;
  readonly machine: string;
  readonly libtorch: {
    readonly chosen: FoundLibTorch | null;
    readonly skipped: readonly SkippedCandidate[];
    readonly problem: string | null;
  };
  readonly addons: Readonly<Record<AddonName, readonly AddonFile[]>>;
  readonly tools: Readonly<Record<string, string | null>>;
  readonly selfTest: SelfTestResult | null;
  /** What to do next; null if nothing. */
  readonly fix: string | null;
}

export async function doctor(): Promise<DoctorReport> {
  const addons = { metrics: addonFiles("metrics"), torch: addonFiles("torch"), cuda: addonFiles("cuda") };
  const libtorch = examineLibtorch(addons.torch);
  const isForChosen = ({ builtFor }: AddonFile) => builtFor === libtorch.chosen?.release;
  const addon = addons.torch.find(isForChosen);
  const metricsAddon = addons.metrics[0]?.path;
  const cudaAddon = addons.cuda.find(isForChosen)?.path ?? null;
  const isReady = libtorch.chosen && addon && libtorch.problem === null;
  const torch = isReady ? { ...jobFor(libtorch.chosen, addon), cudaAddon } : null;
  const result = metricsAddon === undefined ? null : await selfTest({ metricsAddon, torch });
  return {
    usable: result?.passed === true && torch !== null,
    package: version,
    node: `${process.version} (N-API ${process.versions.napi})`,
    platform: `${process.platform}-${process.arch} ${release()}`,
    machine: `${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    libtorch,
    addons,
    tools: Object.fromEntries(
      ["cmake", "g++", "clang++", "ninja", "make", "python3"].map((name) => [name, toolVersion(name)]),
    ),
    selfTest: result,
    fix: nextStep(libtorch, metricsAddon !== undefined, addon !== undefined, result),
  };
}

/** What loading would take; where that fails, what lies on the machine and why it does not do. */
function examineLibtorch(torchAddons: readonly AddonFile[]): DoctorReport["libtorch"] {
  try {
    const { skipped } = discoverLibtorch({ unfit: ({ release: found }) => unfit(found, torchAddons) });
    return { chosen: chooseLibtorch(torchAddons), skipped, problem: null };
  } catch (error) {
    const problem = isWsolError(error)
      ? `${error.code}: ${error.message.split("\n")[0]!.replace("; looked at", "")}`
      : String(error);
    try {
      const { chosen, skipped } = discoverLibtorch();
      return { chosen: chosen ?? null, skipped, problem };
    } catch {
      return { chosen: null, skipped: [], problem };
    }
  }
}

function unfit(found: string, torchAddons: readonly AddonFile[]): string | undefined {
  const fits = torchAddons.some(({ builtFor }) => builtFor === found);
  return fits ? undefined : `version ${found}, for which no addon is built`;
}

function jobFor(libtorch: FoundLibTorch, addon: AddonFile) {
  const optional = cudaWanted(libtorch) ? openOrder(libtorch, true) : [];
  return { addon: addon.path, libraries: openOrder(libtorch, false), optional };
}

function nextStep(
  libtorch: DoctorReport["libtorch"],
  metricsBuilt: boolean,
  torchBuilt: boolean,
  result: SelfTestResult | null,
): string | null {
  if (libtorch.chosen === null)
    return libtorch.problem?.includes("LIBTORCH'")
      ? "Correct or unset the environment variable."
      : "wsol libtorch fetch";
  if (!metricsBuilt || !torchBuilt) return "wsol build";
  return result?.passed ? null : "Report this output.";
}

/** First line that a tool prints of itself; null where it is not on PATH. */
function toolVersion(program: string): string | null {
  if (!onPath(program)) return null;
  try {
    const output = execFileSync(program, ["--version"], {
      encoding: "utf8",
      timeout: 5000,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return output.split("\n")[0]!.trim();
  } catch {
    return "does not answer --version";
  }
}
