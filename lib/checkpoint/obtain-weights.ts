import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { NAMED_WEIGHTS, type NamedWeights, weightsNamed } from "../config/named-weights";
import { WsolError } from "../errors";
import { hashOf, isFile, writeFileAtomically } from "../files";
import { cannotDownload, DownloadProblem, type DownloadRequest, download } from "../files/download";
import { cacheFolder, requireFolder } from "../native/user-folders";

/** How weights that are not on this machine are fetched. */
export interface ObtainOptions {
  readonly signal?: AbortSignal;
  /** Bytes of a download; `total` where it is known. */
  readonly onDownload?: (done: number, total: number | undefined) => void;
  /** Told what is worth knowing. */
  readonly onWarning?: (message: string) => void;
}

/**
 * The file behind a value of `model.weights`: a path as it stands; weights with a name from the folder, or the address, in
 * WSOL_WEIGHTS, else from the user's cache, into which they are fetched from their publisher the first time.
 * @throws ERR_WSOL_DOWNLOAD, ERR_WSOL_CHECKPOINT for a file that is not the published one or a name that is not known,
 * ERR_WSOL_WRITE
 */
export async function obtainWeights(weights: string, options: ObtainOptions = {}): Promise<string> {
  const row = weightsNamed(weights);
  if (row !== null) return obtainNamed(row, options);
  if (!isFile(weights) && /^(torchvision|timm)\/[^/]+$/.test(weights)) throw unknownName(weights);
  return weights;
}

/** The same for a row that need not be of the table. */
export async function obtainNamed(row: NamedWeights, options: ObtainOptions = {}): Promise<string> {
  const mirror = process.env.WSOL_WEIGHTS || undefined;
  const isAddress = mirror !== undefined && /^https?:\/\//.test(mirror);
  if (mirror !== undefined && !isAddress) {
    const found = namesIn(row)
      .map((name) => join(mirror, name))
      .find(isFile);
    if (found !== undefined) {
      await check(row, found, row.sha256, options.signal);
      return found;
    }
  }
  const target = join(requireFolder(cacheFolder(), "XDG_CACHE_HOME"), "weights", ...row.name.split("/"), row.file);
  const pinned = await pinnedSum(target);
  if (isFile(target)) {
    await check(row, target, pinned ?? row.sha256, options.signal);
  } else {
    const mirrored = isAddress ? namesIn(row).map((name) => `${mirror.replace(/\/$/, "")}/${name}`) : [];
    await fetchInto(target, row, [...mirrored, ...row.urls], options);
  }
  if (pinned === null) await pin(target, row, options);
  return target;
}

/** By the publisher's name alone, or below the weights' own. */
function namesIn({ name, file }: NamedWeights): string[] {
  return [`${name}/${file}`, file];
}

async function fetchInto(
  target: string,
  row: NamedWeights,
  urls: readonly string[],
  { signal, onDownload }: ObtainOptions,
): Promise<void> {
  const request: DownloadRequest = {
    ...{ urls, target, largest: LARGEST },
    expected: row.sha256 === null ? null : { algorithm: "sha256", hex: row.sha256 },
    ...(signal && { signal }),
    ...(onDownload && { onProgress: onDownload }),
  };
  try {
    await download(request);
  } catch (error) {
    if (!(error instanceof DownloadProblem)) throw error;
    const instead = `put '${row.file}' at '${target}', or into a folder that WSOL_WEIGHTS names`;
    throw cannotDownload(`the weights '${row.name}'`, request, error, instead);
  }
}

/** Bytes; the largest of the table has 110 million. */
const LARGEST = 2 ** 30;

/** Where no sum is published, or only its first digits, what came first is what is taken from then on. */
async function pin(target: string, row: NamedWeights, { signal, onWarning }: ObtainOptions): Promise<void> {
  const hex = await hashOf(target, "sha256", signal);
  await writeFileAtomically(pinOf(target), `${hex}\n`);
  if (row.sha256 === null) {
    onWarning?.(`no checksum of '${row.name}' is known: from now on it must be the one of today, sha256 ${hex}`);
  }
}

const pinOf = (target: string) => `${target}.sha256`;

async function pinnedSum(target: string): Promise<string | null> {
  const text = await readFile(pinOf(target), "utf8").catch(() => "");
  return /^[0-9a-f]{64}$/.exec(text.trim())?.[0] ?? null;
}

async function check(
  row: NamedWeights,
  path: string,
  expected: string | null,
  signal: AbortSignal | undefined,
): Promise<void> {
  const hex = await hashOf(path, "sha256", signal);
  if (expected === null || hex.startsWith(expected)) return;
  throw new WsolError(
    "ERR_WSOL_CHECKPOINT",
    `expected the sha256 ${expected} of '${path}', the weights '${row.name}', got ${hex.slice(0, expected.length)}`,
    { details: { path, expected, got: hex }, fix: "Remove the file, and it is fetched again." },
  );
}

function unknownName(weights: string): WsolError {
  const names = NAMED_WEIGHTS.flatMap(({ name, alias }) => (alias === undefined ? [name] : [alias, name]));
  return new WsolError("ERR_WSOL_CHECKPOINT", `expected a file or a name for 'model.weights', got '${weights}'`, {
    details: { weights, names },
    fix: `The names are ${names.join(", ")}.`,
  });
}
