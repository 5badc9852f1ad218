import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, requireFolder } from "../../user-folders";
import { namesIn } from "./names-in";
import { releaseOf } from "./version";

/** Lies in each fetched LibTorch, written last: a folder without it is not one. */
export const MANIFEST = "entropy-wsol-libtorch.json";

export interface Manifest {
  readonly version: string;
  readonly variant: "cpu" | "cuda";
  /** Archives that it was unpacked from. */
  readonly sources: readonly { readonly name: string; readonly sha256: string | null }[];
}

/** Where `wsol libtorch fetch` unpacks to: one folder per version and variant. @throws ERR_WSOL_WRITE without a cache */
export function fetchFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(requireFolder(cacheFolder(environment), "XDG_CACHE_HOME"), "libtorch");
}

/** What has been fetched: the newest version first, then the variant that `preferCuda` asks for. */
export function fetchedFolders(preferCuda: boolean, environment: NodeJS.ProcessEnv = process.env): string[] {
  if (cacheFolder(environment) === undefined) return [];
  const parent = fetchFolder(environment);
  const found = namesIn(parent).flatMap((name) => {
    const manifest = readManifest(join(parent, name));
    return manifest === undefined ? [] : [{ folder: join(parent, name), ...manifest }];
  });
  const preferred = preferCuda ? "cuda" : "cpu";
  found.sort(
    (a, b) =>
      releaseOf(b.version).localeCompare(releaseOf(a.version), "en", { numeric: true }) ||
      Number(b.variant === preferred) - Number(a.variant === preferred),
  );
  return found.map(({ folder }) => folder);
}

export function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, MANIFEST), "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}
