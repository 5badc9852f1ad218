import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { readElf } from "./elf";
import { releaseOf } from "./version";

/** A LibTorch folder that can be opened. */
export interface LibTorch {
  /** Holds `lib/` and `include/`. */
  readonly root: string;
  /** Full version, `2.13.0+cpu` where the build says so. */
  readonly version: string;
  /** What decides whether an addon fits: `2.13.0`. */
  readonly release: string;
  readonly variant: "cpu" | "cuda";
  /** False where only the libraries are there: good for running, not for building. */
  readonly headers: boolean;
}

export type Inspection = { readonly libtorch: LibTorch } | { readonly reason: string };

/** `libc10.so` here, `libc10.dylib` or `c10.dll` elsewhere. */
export function libraryName(name: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === "win32") return `${name}.dll`;
  return platform === "darwin" ? `lib${name}.dylib` : `lib${name}.so`;
}

/** Looks at a folder without loading anything: LibTorch itself, the folder above it, or Python's `torch`. */
export function inspectFolder(folder: string): Inspection {
  const root = [folder, join(folder, "libtorch"), join(folder, "torch")].find(hasLibraries);
  if (root === undefined) return { reason: whyNoLibraries(folder) };
  const machine = readMachine(join(root, "lib", libraryName("torch_cpu")));
  if (machine !== undefined) return { reason: machine };
  const version = readVersion(root);
  if (version === undefined) return { reason: "its version cannot be told (no version header, no version file)" };
  const libtorch: LibTorch = {
    root: resolve(root),
    version,
    release: releaseOf(version),
    variant: existsSync(join(root, "lib", libraryName("torch_cuda"))) ? "cuda" : "cpu",
    headers: existsSync(join(root, "include", "torch", "csrc", "api", "include", "torch", "torch.h")),
  };
  return { libtorch };
}

function hasLibraries(root: string): boolean {
  return ["torch_cpu", "c10"].every((name) => existsSync(join(root, "lib", libraryName(name))));
}

function whyNoLibraries(folder: string): string {
  try {
    // The library itself, which also fails where the folder may not be looked into.
    statSync(join(folder, "lib", libraryName("torch_cpu")));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EACCES") return "it may not be read";
  }
  return existsSync(folder) ? `no lib/${libraryName("torch_cpu")} in it` : "no such folder";
}

/** Why the library is not for this process; undefined if it is, or is no ELF file. */
function readMachine(path: string): string | undefined {
  if (process.platform === "win32" || process.platform === "darwin") return undefined;
  try {
    const facts = readElf(path);
    if (facts === undefined) return `'${path}' is not a shared library`;
    return facts.arch === process.arch ? undefined : `it is for ${facts.arch}, this is ${process.arch}`;
  } catch (cause) {
    const isForbidden = (cause as NodeJS.ErrnoException).code === "EACCES";
    return isForbidden ? `'${path}' may not be read` : `'${path}' is damaged: ${(cause as Error).message}`;
  }
}

/** Files that hold the version, most specific first: only the first two tell the variant, the headers tell the release. */
function readVersion(root: string): string | undefined {
  const builds = readText(join(root, "build-version"))?.trim();
  if (builds) return builds;
  const python = /^__version__ = ['"]([^'"]+)['"]/m.exec(readText(join(root, "version.py")) ?? "")?.[1];
  if (python) return python;
  for (const header of ["headeronly/version.h", "csrc/api/include/torch/version.h"]) {
    const text = readText(join(root, "include", "torch", header)) ?? "";
    const parts = ["MAJOR", "MINOR", "PATCH"].map(
      (part) => new RegExp(`TORCH_VERSION_${part}\\s+(\\d+)`).exec(text)?.[1],
    );
    if (parts.every((part) => part !== undefined)) return parts.join(".");
  }
  return undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
