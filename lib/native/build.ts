import { spawn } from "node:child_process";
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { WsolError } from "../errors";
import { cannotWrite } from "../files";
import { type AddonName, cachedAddonFolder, usesLibtorch } from "./addon-file";
import { cudaHeaders } from "./libtorch/find/cuda-headers";
import type { LibTorch } from "./libtorch/find/inspect";
import { isCheckout, packageRoot } from "./package-root";

const TAIL_LINES = 30;

export interface BuildOptions {
  /** Required for an addon that uses it. */
  readonly libtorch?: LibTorch;
  /** Compilers at the same time; as many as there are cores by default. */
  readonly jobs?: number;
  /** Each line of CMake and the compiler. */
  readonly onLine?: (line: string) => void;
}

/**
 * Builds an addon from source with cmake-js; nothing is downloaded. In a clone into `binding/NAME/build`, else into the
 * user's cache.
 * @returns the folder that holds `build/Release`. @throws ERR_WSOL_BUILD with the end of the log.
 */
export async function buildAddon(name: AddonName, options: BuildOptions = {}): Promise<string> {
  requireTools();
  if (usesLibtorch(name)) requireHeaders(name, options.libtorch);
  if (name === "cuda") requireCudaHeaders(options.libtorch!);
  if (isCheckout()) {
    const folder = join(packageRoot, "binding", name);
    await build(name, join(folder, "build"), join(folder, "build", "build.log"), options);
    return folder;
  }
  const folder = cachedAddonFolder(name, options.libtorch?.release);
  const unfinished = `${folder}.${process.pid}.unfinished`;
  try {
    await build(name, join(unfinished, "build"), `${folder}.log`, options);
    await keepOnlyRelease(join(unfinished, "build"));
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Objects and CMake's files are of no use once the folder has moved. */
async function keepOnlyRelease(folder: string): Promise<void> {
  const others = (await readdir(folder)).filter((name) => name !== "Release");
  await Promise.all(others.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

async function build(name: AddonName, out: string, log: string, options: BuildOptions): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
  } catch (cause) {
    throw cannotWrite(out, cause);
  }
  await rm(log, { force: true });
  for (const command of ["configure", "build"]) await cmakeJs(command, name, out, log, options);
}

function cmakeJs(command: string, name: AddonName, out: string, log: string, options: BuildOptions): Promise<void> {
  const script = join(dirname(require.resolve("cmake-js/package.json")), "bin", "cmake-js");
  const definitions = [`--CDWSOL_ADDON=${name}`];
  if (options.libtorch && usesLibtorch(name)) definitions.push(`--CDWSOL_LIBTORCH=${options.libtorch.root}`);
  if (options.libtorch && name === "cuda") {
    definitions.push(`--CDWSOL_CUDA_INCLUDE=${cudaHeaders(options.libtorch).folders.join(";")}`);
  }
  if (onPath("ccache")) definitions.push("--CDCMAKE_CXX_COMPILER_LAUNCHER=ccache");
  const jobs = String(options.jobs ?? availableParallelism());
  const args = [script, command, "--directory", packageRoot, "--out", out, "--parallel", jobs, ...definitions];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    const file = createWriteStream(log, { flags: "a" });
    let partial = "";
    const take = (chunk: string) => {
      file.write(chunk);
      const lines = (partial + chunk).split("\n");
      partial = lines.pop()!;
      for (const line of lines) options.onLine?.(line);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", reject);
    child.on("close", (code) => {
      file.end(() => (code === 0 ? resolve() : reject(buildFailed(name, log))));
    });
  });
}

function buildFailed(name: AddonName, log: string): WsolError {
  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  const tail = lines.slice(-TAIL_LINES).join("\n");
  return new WsolError("ERR_WSOL_BUILD", `building the native addon '${name}' failed; the end of '${log}':\n${tail}`, {
    details: { addon: name, log },
    fix: "It needs CMake 3.21 or later, make or ninja, and a C++20 compiler (g++ 12 or later, clang 15 or later).",
  });
}

function requireTools(): void {
  if (onPath("cmake")) return;
  throw new WsolError("ERR_WSOL_BUILD", "building the native addon needs 'cmake', which is not on PATH", {
    fix: "Install CMake 3.21 or later and a C++20 compiler.",
  });
}

function requireHeaders(name: AddonName, libtorch: LibTorch | undefined): void {
  if (libtorch === undefined) throw new WsolError("ERR_WSOL_BUILD", `building the addon '${name}' needs a LibTorch`);
  if (libtorch.headers) return;
  throw new WsolError("ERR_WSOL_BUILD", `'${libtorch.root}' holds LibTorch's libraries without its headers`, {
    details: { path: libtorch.root },
    fix: "Use a LibTorch with include/, for instance: npx --package entropy-wsol wsol libtorch fetch",
  });
}

/** @throws ERR_WSOL_BUILD naming the header that is missing */
function requireCudaHeaders(libtorch: LibTorch): void {
  const { missing } = cudaHeaders(libtorch);
  if (missing === null) return;
  throw new WsolError("ERR_WSOL_BUILD", `building the addon 'cuda' needs ${missing}`, {
    details: { addon: "cuda", libtorch: libtorch.root },
    fix: "Take a CUDA LibTorch with NVIDIA's headers: npx --package entropy-wsol wsol libtorch fetch --variant cuda",
  });
}

/** Whether a program is on PATH. */
export function onPath(program: string): boolean {
  const suffixes = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.some((folder) => suffixes.some((suffix) => existsSync(join(folder, program + suffix))));
}
