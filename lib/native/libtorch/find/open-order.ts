import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type ElfFacts, readElf } from "./elf";
import { type LibTorch, libraryName } from "./inspect";

/**
 * The shared libraries to open, absolute, each after those it needs. A needed library that lies neither beside the
 * one that asks for it nor on its search path is the system's, and left to the system's loader.
 */
export function openOrder(libtorch: LibTorch, withCuda: boolean): string[] {
  const lib = join(libtorch.root, "lib");
  const names = withCuda ? ["c10", "torch_cpu", "c10_cuda", "torch_cuda"] : ["c10", "torch_cpu"];
  const wanted = names.map((name) => join(lib, libraryName(name))).filter((path) => existsSync(path));
  const order: string[] = [];
  const seen = new Set<string>();
  for (const path of wanted) visit(path, lib, seen, order);
  return order;
}

function visit(path: string, lib: string, seen: Set<string>, order: string[]): void {
  if (seen.has(basename(path))) return;
  seen.add(basename(path));
  const facts = process.platform === "linux" ? readFacts(path) : undefined;
  for (const name of facts?.needed ?? []) {
    const places = [lib, ...searchPlaces(path, facts?.searchPath ?? [])];
    const found = places.map((place) => join(place, name)).find((candidate) => existsSync(candidate));
    if (found !== undefined) visit(found, lib, seen, order);
  }
  order.push(path);
}

/** What cannot be read is left to the system's loader, which says why. */
function readFacts(path: string): ElfFacts | undefined {
  try {
    return readElf(path);
  } catch {
    return undefined;
  }
}

function searchPlaces(path: string, searchPath: readonly string[]): string[] {
  const origin = dirname(path);
  return searchPath.map((place) => resolve(place.replace(/\$\{?ORIGIN\}?/g, origin)));
}
