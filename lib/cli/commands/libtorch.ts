import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { WsolError } from "../../errors";
import { type FetchOptions, fetchLibtorch } from "../../native/libtorch/fetch/fetch";
import { cudaDriver } from "../../native/libtorch/find/cuda-wanted";
import { discoverLibtorch, notFound, type SkippedCandidate } from "../../native/libtorch/find/find";
import { inspectFolder, type LibTorch } from "../../native/libtorch/find/inspect";
import { writeLink } from "../../native/libtorch/find/link-file";
import { PINNED_LIBTORCH, unsupportedVersion } from "../../native/libtorch/find/version";
import { DownloadBar } from "../download-bar";
import { interruptible } from "../interruption";
import { printJson, refuseIdle } from "../options";

interface FetchArguments extends Pick<FetchOptions, "variant" | "from" | "sha256" | "indexUrl" | "force"> {
  readonly release?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  const libtorch = program.command("libtorch").description("Find, fetch or link LibTorch.");
  libtorch
    .command("find")
    .description("Print the LibTorch that is found, and what was passed over and why.")
    .option("--json", "print the result as JSON")
    .action(find);
  libtorch
    .command("fetch")
    .description("Fetch LibTorch with pip (or from a file) into the user's cache.")
    .addOption(
      new Option("--variant <name>", "cpu or cuda (default: cuda with an NVIDIA driver, else cpu)").choices([
        "cpu",
        "cuda",
      ]),
    )
    .option("--release <version>", `LibTorch release (default: ${PINNED_LIBTORCH})`)
    .option("--from <source>", "a URL, zip, wheel or folder, instead of asking pip")
    .option("--sha256 <hex>", "checksum that the archive of --from must have")
    .option(
      "--index-url <url>",
      "Python package index to ask for the CPU build (default: WSOL_TORCH_INDEX, else pip's own)",
    )
    .option("--force", "fetch again what is there already")
    .option("--json", "print the result as JSON")
    .action(fetch);
  libtorch
    .command("link")
    .description("Use the LibTorch of a folder; a zip or wheel is unpacked into the user's cache first.")
    .argument("<source>", "folder, zip or wheel")
    .option("--json", "print the result as JSON")
    .action(link);
}

function find({ json }: { json?: boolean }): void {
  const { chosen, skipped } = discoverLibtorch();
  if (chosen === undefined) throw notFound(skipped);
  if (json) printJson({ chosen, skipped });
  else console.log([describeLibtorch(chosen, chosen.source), ...skipped.map(describeSkipped)].join("\n"));
}

async function fetch({ json, release, ...options }: FetchArguments): Promise<void> {
  const { from, sha256, indexUrl, variant = cudaDriver() ? "cuda" : "cpu" } = options;
  if (from === undefined) refuseIdle({ "--sha256": sha256 }, "without '--from'");
  else refuseIdle({ "--release": release, "--index-url": indexUrl }, "with '--from'");
  if (variant !== "cpu") refuseIdle({ "--index-url": indexUrl }, "on a CUDA build; name '--variant cpu'");
  const libtorch = await fetchWithProgress({ ...options, ...(release !== undefined && { version: release }) });
  if (json) printJson(libtorch);
  else console.log(describeLibtorch(libtorch, "fetched"));
}

async function link(source: string, { json }: { json?: boolean }): Promise<void> {
  const path = resolve(source);
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) throw unfit(source, "no such file or folder");
  const libtorch = facts.isDirectory() ? inspectOrRefuse(source, path) : await fetchWithProgress({ from: path });
  await writeLink(libtorch.root);
  if (json) printJson(libtorch);
  else console.log(describeLibtorch(libtorch, "linked"));
}

function inspectOrRefuse(source: string, path: string): LibTorch {
  const inspection = inspectFolder(path);
  if ("reason" in inspection) throw unfit(source, inspection.reason);
  const reason = unsupportedVersion(inspection.libtorch.version);
  if (reason === undefined) return inspection.libtorch;
  throw new WsolError("ERR_WSOL_LIBTORCH_VERSION", `expected a usable LibTorch to link, got '${source}': ${reason}`);
}

function unfit(source: string, reason: string): WsolError {
  return new WsolError(
    "ERR_WSOL_LIBTORCH_NOT_FOUND",
    `expected a LibTorch folder, zip or wheel to link, got '${source}': ${reason}`,
  );
}

async function fetchWithProgress(options: FetchOptions): Promise<LibTorch> {
  let bar = new DownloadBar();
  // Each stage counts bytes of its own.
  const onStage = (text: string) => {
    bar.stop();
    bar = new DownloadBar();
    bar.log(text);
  };
  const onProgress = (bytes: number, totalBytes: number | undefined) => bar.update(bytes, totalBytes);
  try {
    return await interruptible("stopping the download", (signal) =>
      fetchLibtorch({ ...options, signal, onStage, onProgress }),
    );
  } finally {
    bar.stop();
  }
}

function describeLibtorch({ root, version, variant, headers }: LibTorch, source: string): string {
  return `LibTorch ${version} (${variant}${headers ? "" : ", without headers"}), ${source}: ${root}`;
}

function describeSkipped({ source, path, reason }: SkippedCandidate): string {
  return `  passed over: ${source}${path === null ? "" : ` ${path}`}: ${reason}`;
}
