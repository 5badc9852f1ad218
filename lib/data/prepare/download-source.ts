import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { invalidArgument, WsolError } from "../../errors";
import { hashOf, makeFolder, writeFileAtomically } from "../../files";
import { type Checksum, cannotDownload, DownloadProblem, type DownloadRequest, download } from "../../files/download";
import { FolderLock, LOCKED_WORK } from "../../lock";
import { SOURCE_DOWNLOADS, type SourceDownload } from "./downloads";

export interface DownloadSourceOptions {
  /**
   * Address of a folder that has the files as `<format>/<file>`, instead of the publishers' own; their sums hold for it too.
   * @default the environment variable `WSOL_DATA_MIRROR`
   */
  readonly mirror?: string;
  /** Give up when nothing comes for so long, in milliseconds. @default 300,000: one of the publishers answers late */
  readonly stallMs?: number;
  readonly signal?: AbortSignal;
  /** Bytes of one file; the total is not known where the server does not tell. */
  readonly onProgress?: (file: string, done: number, total: number | undefined) => void;
  /** What the user should know: that a file has no published sum. */
  readonly onNote?: (note: string) => void;
}

const STALL_MS = 300_000;
/** Hidden, as the sums are: what is hidden does not count as a part of the source. */
const LOCK = ".download.lock";

/** Formats whose sets can be downloaded. */
export const DOWNLOADABLE_FORMATS: readonly string[] = Object.keys(SOURCE_DOWNLOADS);

/**
 * Downloads what a format's publishers offer into a folder: files that are there are checked, those that were unpacked already
 * are left out, parts of an interrupted attempt are continued. A file without a published sum is checked against the one that
 * its first download had, kept beside it as `.<file>.sha256`. One process at a time.
 * @throws ERR_WSOL_ARGUMENT for a format without downloads or a mirror that is no address; ERR_WSOL_DOWNLOAD naming the file,
 * the address and the place to put the file instead; ERR_WSOL_BUSY while another downloads into the folder; ERR_WSOL_WRITE; the signal's reason
 */
export async function downloadSource(
  format: string,
  folder: string,
  options: DownloadSourceOptions = {},
): Promise<void> {
  const files = SOURCE_DOWNLOADS[format];
  if (files === undefined) {
    throw invalidArgument("format", `one that can be downloaded (${DOWNLOADABLE_FORMATS.join(", ")})`, format);
  }
  const mirror = mirrorOf(options);
  await makeFolder(folder);
  const needed = files.filter(({ unpackedAs }) => !unpackedAs.some((entry) => existsSync(join(folder, entry))));
  const isMissing = needed.some(({ file }) => !existsSync(join(folder, file)));
  // Folders that have all may be others', to read only.
  const lock = isMissing ? await lockFolder(folder, options) : null;
  try {
    for (const file of needed) {
      const urls = mirror === null ? file.urls : [`${mirror}${format}/${encodeURIComponent(file.file)}`];
      await downloadOne(file, { urls, target: join(folder, file.file) }, options);
    }
  } finally {
    lock?.release();
  }
}

async function lockFolder(folder: string, { onNote }: DownloadSourceOptions): Promise<FolderLock> {
  const lock = await FolderLock.acquire(join(folder, LOCK), folder, (note) => onNote?.(note), LOCKED_WORK.download);
  lock.sign();
  return lock;
}

function mirrorOf({ mirror }: DownloadSourceOptions): string | null {
  const given = mirror ?? (process.env.WSOL_DATA_MIRROR || undefined);
  if (given === undefined) return null;
  const isAddress = URL.canParse(given) && /^https?:$/.test(new URL(given).protocol);
  if (!isAddress) throw invalidArgument("mirror", "an address (http://… or https://…)", given);
  return given.endsWith("/") ? given : `${given}/`;
}

async function downloadOne(
  { file, md5 }: SourceDownload,
  { urls, target }: Pick<DownloadRequest, "urls" | "target">,
  { signal, onProgress, onNote, stallMs = STALL_MS }: DownloadSourceOptions,
): Promise<void> {
  const pin = join(dirname(target), `.${file}.sha256`);
  const expected: Checksum | null = md5 === null ? await readPin(pin) : { algorithm: "md5", hex: md5 };
  const what = `'${file}'`;
  if (existsSync(target)) {
    await refuseOther(target, expected, signal);
    if (expected !== null) return;
  }
  const request = { urls, target, expected, stallMs, ...(signal && { signal }) };
  const { hex } = await download({ ...request, onProgress: (done, total) => onProgress?.(file, done, total) }).catch(
    (error) => {
      throw error instanceof DownloadProblem ? cannotDownload(what, request, error) : error;
    },
  );
  if (expected !== null) return;
  await writeFileAtomically(pin, `${hex}  ${file}\n`);
  onNote?.(
    `No sum of ${what} is published: it came with the SHA-256 ${hex}, noted in '${pin}' and expected from now on.`,
  );
}

/** As `sha256sum` writes and checks it. @throws ERR_WSOL_DATA when it is something else */
async function readPin(path: string): Promise<Checksum | null> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return null;
    throw cause;
  });
  if (text === null) return null;
  const [hex] = /^[\da-f]{64}(?=\s)/i.exec(text) ?? [];
  if (hex !== undefined) return { algorithm: "sha256", hex };
  throw new WsolError("ERR_WSOL_DATA", `expected a SHA-256 and a file's name in '${path}'`, {
    details: { path },
    fix: "Remove it; the next download notes the sum again.",
  });
}

/** Told apart from a download that came out wrong: what lies there may be the user's own, and stays. */
async function refuseOther(target: string, expected: Checksum | null, signal: AbortSignal | undefined): Promise<void> {
  if (!(await stat(target)).isFile()) {
    throw new WsolError("ERR_WSOL_DATA", `expected a file at '${target}', found a folder`, {
      details: { path: target },
    });
  }
  if (expected === null) return;
  const hex = await hashOf(target, expected.algorithm, signal);
  if (hex === expected.hex.toLowerCase()) return;
  throw new WsolError(
    "ERR_WSOL_DOWNLOAD",
    `expected the ${expected.algorithm} ${expected.hex} of '${target}', which is there already, got ${hex}`,
    {
      details: { path: target, expected: expected.hex, got: hex },
      fix: "It is damaged, or another file: remove it, and it is downloaded again.",
    },
  );
}
