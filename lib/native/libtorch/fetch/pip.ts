import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { WsolError } from "../../../errors";

export interface PipOptions {
  /** Another index than pip's own; then only that one is asked. */
  readonly indexUrl?: string;
  /** Gives up on an index that does not answer within this many seconds. */
  readonly timeoutSeconds?: number;
  readonly withDependencies?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: number) => void;
}

const PYTHON = process.platform === "win32" ? "python" : "python3";
/** Tags to ask for when the running Python has no wheel: any will do, only the libraries matter. */
const PYTHON_VERSIONS = ["3.13", "3.12", "3.11", "3.10"];
const PLATFORMS: Readonly<Record<string, string>> = {
  "linux-x64": "manylinux_2_28_x86_64",
  "linux-arm64": "manylinux_2_28_aarch64",
  "darwin-arm64": "macosx_11_0_arm64",
  "win32-x64": "win_amd64",
};

/**
 * Downloads wheels with pip into `folder`, running none of their code; a wheel that is there already is checked and
 * kept. Pip verifies the checksum that the index gives.
 * @returns the wheels' file names. @throws ERR_WSOL_LIBTORCH_FETCH with pip's last words.
 */
export async function pipDownload(
  requirements: readonly string[],
  folder: string,
  options: PipOptions = {},
): Promise<string[]> {
  const own = await run(requirements, folder, [], options);
  if (own.code === 0) return saved(own.output);
  const platform = PLATFORMS[`${process.platform}-${process.arch}`];
  const noWheel = /No matching distribution|Could not find a version/.test(own.output);
  for (const version of noWheel && platform !== undefined ? PYTHON_VERSIONS : []) {
    const tags = ["--implementation", "cp", "--python-version", version, "--platform", platform!];
    const other = await run(requirements, folder, tags, options);
    if (other.code === 0) return saved(other.output);
  }
  const lastWords = own.output.trimEnd().split("\n").slice(-8).join("\n");
  throw new WsolError("ERR_WSOL_LIBTORCH_FETCH", `pip could not download ${requirements.join(", ")}:\n${lastWords}`, {
    details: { requirements },
    fix: /No module named pip|ENOENT/.test(own.output)
      ? "Install Python 3 with pip, or give a wheel or zip: wsol libtorch fetch --from FILE"
      : "Check the network and pip's index, or give a wheel or zip: wsol libtorch fetch --from FILE",
  });
}

interface PipResult {
  readonly code: number;
  readonly output: string;
}

function run(
  requirements: readonly string[],
  folder: string,
  tags: readonly string[],
  options: PipOptions,
): Promise<PipResult> {
  const temporary = join(folder, `.pip-${process.pid}`);
  mkdirSync(temporary, { recursive: true });
  const args = [
    "-m",
    "pip",
    "download",
    "--only-binary=:all:",
    "--no-input",
    "--progress-bar",
    "off",
    "--dest",
    folder,
  ];
  if (!options.withDependencies) args.push("--no-deps");
  if (options.indexUrl !== undefined) args.push("--index-url", options.indexUrl);
  if (options.timeoutSeconds !== undefined) args.push("--timeout", String(options.timeoutSeconds), "--retries", "0");
  args.push(...tags, ...requirements);
  const environment = {
    ...process.env,
    TMPDIR: temporary,
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_COLOR: "1",
    PYTHONIOENCODING: "utf-8",
  };
  return new Promise((resolve, reject) => {
    const child = spawn(PYTHON, args, { env: environment, stdio: ["ignore", "pipe", "pipe"], signal: options.signal });
    let output = "";
    const take = (chunk: string) => {
      output += chunk;
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    const timer = setInterval(() => options.onProgress?.(bytesIn(temporary)), 250);
    const finish = (result: PipResult) => {
      clearInterval(timer);
      rmSync(temporary, { recursive: true, force: true });
      if (options.signal?.aborted) reject(options.signal.reason);
      else resolve(result);
    };
    child.on("error", (error) => finish({ code: -1, output: `${PYTHON}: ${error.message}` }));
    child.on("close", (code) => finish({ code: code ?? -1, output }));
  });
}

/** File names out of pip's `Saved PATH` and `File was already downloaded PATH` lines. */
function saved(output: string): string[] {
  const lines = output.matchAll(/(?:^|\n)\s*(?:Saved|File was already downloaded) (.+?\.whl)\s*(?=\n|$)/g);
  return [...new Set([...lines].map((match) => match[1]!.split(/[\\/]/).at(-1)!))];
}

function bytesIn(folder: string): number {
  let sum = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) sum += statSync(join(entry.parentPath, entry.name)).size;
    }
  } catch {
    // Pip renames and removes while this looks.
  }
  return sum;
}
