import { WsolError } from "../../../errors";
import { type Candidate, candidates } from "./candidates";
import { inspectFolder, type LibTorch } from "./inspect";
import { unsupportedVersion } from "./version";

export interface SkippedCandidate {
  readonly source: string;
  readonly path: string | null;
  readonly reason: string;
}

export interface FoundLibTorch extends LibTorch {
  readonly source: string;
}

export interface Discovery {
  readonly chosen: FoundLibTorch | undefined;
  /** Looked at before the chosen one and passed over, or all of them. */
  readonly skipped: readonly SkippedCandidate[];
}

export interface FindOptions {
  /** Why a LibTorch that is sound in itself does not serve; undefined if it does. */
  readonly unfit?: (libtorch: LibTorch) => string | undefined;
  /** Where to look; the machine's own places unless a test says otherwise. */
  readonly places?: Iterable<Candidate>;
}

/**
 * Looks for LibTorch in the order of discovery and takes the first that fits.
 * @throws ERR_WSOL_LIBTORCH_NOT_FOUND, or ERR_WSOL_LIBTORCH_VERSION, when an environment variable names one that does
 * not fit.
 */
export function discoverLibtorch({ unfit, places = candidates() }: FindOptions = {}): Discovery {
  const skipped: SkippedCandidate[] = [];
  for (const { source, path, binding } of places) {
    if (path === null) {
      skipped.push({ source, path, reason: source.startsWith("Python") ? "no torch in it" : "nothing there" });
      continue;
    }
    const inspection = inspectFolder(path);
    if ("reason" in inspection) {
      if (binding) throw bindingNotFound(source, path, inspection.reason);
      skipped.push({ source, path, reason: inspection.reason });
      continue;
    }
    const reason = unsupportedVersion(inspection.libtorch.version) ?? unfit?.(inspection.libtorch);
    if (reason === undefined) return { chosen: { ...inspection.libtorch, source }, skipped };
    if (binding) throw bindingUnfit(source, inspection.libtorch, reason);
    skipped.push({ source, path, reason });
  }
  return { chosen: undefined, skipped };
}

/** As {@link discoverLibtorch}, but finding none is an error. @throws ERR_WSOL_LIBTORCH_NOT_FOUND listing every place. */
export function findLibtorch(options: FindOptions = {}): FoundLibTorch {
  const { chosen, skipped } = discoverLibtorch(options);
  if (chosen === undefined) throw notFound(skipped);
  return chosen;
}

/** For building: libraries alone do not do. */
export function withoutHeaders(libtorch: LibTorch): string | undefined {
  return libtorch.headers ? undefined : "libraries without headers: good for running, not for building";
}

export function notFound(skipped: readonly SkippedCandidate[]): WsolError {
  const list = skipped.map(({ source, path, reason }) => `  ${source}${path === null ? "" : ` '${path}'`}: ${reason}`);
  return new WsolError("ERR_WSOL_LIBTORCH_NOT_FOUND", ["no usable LibTorch; looked at", ...list].join("\n"), {
    details: { candidates: skipped },
    fix: "Fetch it with: npx --package entropy-wsol wsol libtorch fetch",
  });
}

function bindingNotFound(source: string, path: string, reason: string): WsolError {
  return new WsolError(
    "ERR_WSOL_LIBTORCH_NOT_FOUND",
    `expected a LibTorch folder for '${source}', got '${path}': ${reason}`,
    {
      details: { candidates: [{ source, path, reason }] },
      fix: `Point ${source} at a folder with lib/ and include/, or unset it.`,
    },
  );
}

function bindingUnfit(source: string, { root, version }: LibTorch, reason: string): WsolError {
  return new WsolError(
    "ERR_WSOL_LIBTORCH_VERSION",
    `expected a usable LibTorch for '${source}', got '${root}': ${reason}`,
    {
      details: { source, path: root, version },
      fix: `Point ${source} elsewhere, or build for it with: npx --package entropy-wsol wsol build --addon torch`,
    },
  );
}
