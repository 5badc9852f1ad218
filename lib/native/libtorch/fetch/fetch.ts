import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { isWsolError, WsolError } from "../../../errors";
import { cannotWrite, sha256Of, writeFileAtomically } from "../../../files";
import { cudaDriver } from "../find/cuda-wanted";
import { fetchFolder, MANIFEST, type Manifest, readManifest } from "../find/fetched";
import { inspectFolder, type LibTorch } from "../find/inspect";
import { PINNED_LIBTORCH, releaseOf, unsupportedVersion } from "../find/version";
import { type Archive, openFolder, openZip } from "./archive";
import { allCudaRequirements, requirementsFor } from "./cuda-requirements";
import { downloadFile } from "./download";
import { pipDownload } from "./pip";
import { proveThatItLoads } from "./prove";
import { unpackLibtorch } from "./unpack";

export interface FetchOptions {
  readonly variant?: "cpu" | "cuda";
  readonly version?: string;
  /** A URL, a zip, a wheel or a folder instead of what pip finds. */
  readonly from?: string;
  /** Hex sha256 that the archive of `from` must have. */
  readonly sha256?: string;
  /** Python package index that holds CPU wheels; WSOL_TORCH_INDEX by default. */
  readonly indexUrl?: string;
  /** Fetches again what is there already. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  readonly onStage?: (text: string) => void;
  /** Bytes of the current stage; `total` where it is known. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/** An index named by the environment that does not answer within this time is passed over. */
const INDEX_TIMEOUT_SECONDS = 5;

/**
 * Fetches LibTorch into the user's cache: downloads, checks, unpacks, opens it in a child process, and only then gives
 * it its name. @throws ERR_WSOL_LIBTORCH_FETCH, ERR_WSOL_LIBTORCH_VERSION or ERR_WSOL_WRITE
 */
export async function fetchLibtorch(options: FetchOptions = {}): Promise<LibTorch> {
  const variant = options.variant ?? (cudaDriver() ? "cuda" : "cpu");
  const version = options.version ?? PINNED_LIBTORCH;
  const unsupported = unsupportedVersion(version);
  if (unsupported !== undefined)
    throw new WsolError("ERR_WSOL_LIBTORCH_VERSION", `cannot fetch LibTorch: ${unsupported}`);
  const parent = fetchFolder();
  const present = join(parent, `${releaseOf(version)}-${variant}`);
  if (!options.force && options.from === undefined && readManifest(present)) return inspectOrThrow(present);

  const staging = join(parent, `.unfinished-${randomBytes(6).toString("hex")}`);
  await makeFolder(staging);
  await removeAbandoned(parent, staging);
  const downloads = join(parent, ".downloads");
  try {
    const sources = await unpackInto(staging, downloads, variant, version, options);
    const libtorch = inspectOrThrow(staging);
    const tooOther = unsupportedVersion(libtorch.version);
    if (tooOther !== undefined) throw new WsolError("ERR_WSOL_LIBTORCH_VERSION", `cannot take it: ${tooOther}`);
    options.onStage?.("loading it in a child process");
    await proveThatItLoads(staging);
    const manifest: Manifest = { version: libtorch.version, variant, sources };
    await writeFileAtomically(join(staging, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    const target = join(parent, `${libtorch.release}-${variant}`);
    await replaceFolder(staging, target);
    await rm(downloads, { recursive: true, force: true });
    return inspectOrThrow(target);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function unpackInto(
  staging: string,
  downloads: string,
  variant: "cpu" | "cuda",
  version: string,
  options: FetchOptions,
): Promise<Manifest["sources"]> {
  const opened: Archive[] = [];
  const companions = async (sonames: readonly string[], requirements: readonly string[]) => {
    const wanted = variant === "cuda" ? allCudaRequirements(requirements) : requirementsFor(sonames, requirements);
    if (wanted.length === 0) return [];
    options.onStage?.(`downloading ${wanted.join(", ")} with pip`);
    const files = await pipDownload(wanted, downloads, { ...pipOptions(options), withDependencies: true });
    for (const file of files) opened.push(await openZip(join(downloads, file)));
    return opened.slice(1);
  };
  try {
    const path = await obtain(downloads, variant, version, options);
    opened.push((await stat(path)).isDirectory() ? await openFolder(path) : await openZip(path));
    options.onStage?.(`unpacking ${basename(path)}`);
    await unpackLibtorch(opened[0]!, staging, {
      variant,
      companions,
      ...(options.onProgress && { onProgress: options.onProgress }),
      ...(options.signal && { signal: options.signal }),
    });
    return await Promise.all(opened.map(describeSource));
  } catch (error) {
    // What turned out damaged must not be taken for good the next time.
    if (isWsolError(error, "ERR_WSOL_LIBTORCH_FETCH") && typeof error.details.archive === "string") {
      if (error.details.archive.startsWith(downloads)) await rm(error.details.archive, { force: true });
    }
    throw asWriteError(staging, error);
  } finally {
    for (const archive of opened) archive.close();
  }
}

/** The path of the archive or folder to unpack. */
async function obtain(downloads: string, variant: string, version: string, options: FetchOptions): Promise<string> {
  if (options.from !== undefined) return obtainFrom(options.from, downloads, options);
  await makeFolder(downloads);
  const requirement = [`torch==${version}`];
  const index = options.indexUrl ?? process.env.WSOL_TORCH_INDEX;
  if (variant === "cpu" && index) {
    options.onStage?.(`downloading ${requirement} from the given index with pip`);
    try {
      const limits = { ...pipOptions(options), indexUrl: index, timeoutSeconds: INDEX_TIMEOUT_SECONDS };
      return join(downloads, single(await pipDownload(requirement, downloads, limits)));
    } catch (error) {
      if (options.indexUrl !== undefined || options.signal?.aborted) throw error;
      options.onStage?.("the index of WSOL_TORCH_INDEX gave nothing, asking pip's own");
    }
  }
  options.onStage?.(`downloading ${requirement} with pip`);
  return join(downloads, single(await pipDownload(requirement, downloads, pipOptions(options))));
}

async function obtainFrom(from: string, downloads: string, options: FetchOptions): Promise<string> {
  const isUrl = /^https?:\/\//.test(from);
  if (isUrl) options.onStage?.(`downloading ${from}`);
  const path = isUrl ? await downloadFile(from, downloads, options) : resolve(from);
  if (!existsSync(path)) {
    throw new WsolError("ERR_WSOL_LIBTORCH_FETCH", `expected a URL, zip, wheel or folder for 'from', got '${from}'`);
  }
  const expected = (options.sha256 ?? /#sha256=([0-9a-f]{64})/i.exec(from)?.[1])?.toLowerCase();
  if (expected === undefined) return path;
  const actual = await sha256Of(path);
  if (actual === expected) return path;
  if (isUrl) await rm(path, { force: true });
  throw new WsolError("ERR_WSOL_LIBTORCH_FETCH", `expected sha256 ${expected} of '${from}', got ${actual}`);
}

function pipOptions({ signal, onProgress }: FetchOptions) {
  return {
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (bytes: number) => onProgress(bytes, undefined) }),
  };
}

function single(files: readonly string[]): string {
  const wheel = files.find((name) => name.startsWith("torch-"));
  if (wheel === undefined) throw new WsolError("ERR_WSOL_LIBTORCH_FETCH", "pip reported no torch wheel");
  return wheel;
}

async function describeSource({ name }: Archive): Promise<Manifest["sources"][number]> {
  const isFile = (await stat(name)).isFile();
  return { name: basename(name), sha256: isFile ? await sha256Of(name) : null };
}

function inspectOrThrow(folder: string): LibTorch {
  const inspection = inspectFolder(folder);
  if ("libtorch" in inspection) return inspection.libtorch;
  throw new WsolError(
    "ERR_WSOL_LIBTORCH_FETCH",
    `what was unpacked to '${folder}' is no LibTorch: ${inspection.reason}`,
  );
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw cannotWrite(folder, cause);
  });
}

/** A rename within one folder; what stood there before is removed only once the new one stands. */
async function replaceFolder(staging: string, target: string): Promise<void> {
  const old = `${staging}-old`;
  if (existsSync(target)) await rename(target, old);
  await rename(staging, target);
  await rm(old, { recursive: true, force: true });
}

/** Of runs that were killed: older than a day, so that a fetch in another process is left alone. */
async function removeAbandoned(parent: string, own: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    if (!name.startsWith(".unfinished-") || path === own) continue;
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > 24 * 3600 * 1000) await rm(path, { recursive: true, force: true });
  }
}

function asWriteError(folder: string, error: unknown): unknown {
  const cause = isWsolError(error) ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  return ["ENOSPC", "EDQUOT", "EROFS", "EACCES"].includes(code) ? cannotWrite(folder, cause) : error;
}
