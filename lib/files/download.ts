import type { Stats } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { isWsolError, WsolError } from "../errors";
import { cannotWrite, type HashAlgorithm, hashOf } from "../files";
import { forgetVersionOfPart, noteVersionOfPart, versionOfPart } from "./part-version";
import { Stall } from "./stall";

/** What a file's content must hash to. */
export interface Checksum {
  readonly algorithm: HashAlgorithm;
  /** The whole sum in hex, or its first digits, where a publisher gives no more. */
  readonly hex: string;
}

export interface DownloadRequest {
  /** Addresses of the same file; the next is tried where one fails. */
  readonly urls: readonly string[];
  /** Where the file is to lie; its folder is made. It appears whole and checked, or not at all. */
  readonly target: string;
  /** Null: nobody knows; the answer tells what came. */
  readonly expected: Checksum | null;
  /**
   * Continue a part of an earlier attempt; a part that nothing will check is best begun again.
   * @default where `expected`, or where the server can tell that its file is still the same
   */
  readonly continues?: boolean;
  /** Give up when nothing comes for so long, in milliseconds. @default 60,000 */
  readonly stallMs?: number;
  /** Bytes; a longer answer is refused. @default no limit */
  readonly largest?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/** Why a file could not be had. Whoever asked for it names what it is for, and what to do instead. */
export class DownloadProblem extends Error {
  override readonly name = "DownloadProblem";
  constructor(
    message: string,
    readonly url: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Downloads a file, or finds it there already. What was received is kept beside the target (`.part`) and continued by the
 * next attempt, also after a kill; two that run at once write the same bytes to the same places.
 * @returns the checksum of the file, whole, in the algorithm of `expected` (SHA-256 without).
 * @throws DownloadProblem, ERR_WSOL_WRITE, the signal's reason
 */
export async function download(request: DownloadRequest): Promise<Checksum> {
  const { target, expected, signal } = request;
  signal?.throwIfAborted();
  const algorithm = expected?.algorithm ?? "sha256";
  if (await statOf(target)) return { algorithm, hex: await check(target, request, target) };
  await mkdir(dirname(target), { recursive: true }).catch((cause) => {
    throw cannotWrite(dirname(target), cause);
  });
  let problem: unknown = new DownloadProblem("no address is known", "");
  for (const url of request.urls) {
    try {
      return { algorithm, hex: await fetchWhole(url, request) };
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof DownloadProblem)) throw error;
      problem = error;
    }
  }
  throw problem;
}

/** The file's hash, after the file lies at the target. */
async function fetchWhole(url: string, request: DownloadRequest): Promise<string> {
  const part = `${request.target}.part`;
  const version = await versionOfPart(part);
  const { continues = request.expected !== null || version !== null } = request;
  const have = continues ? ((await statOf(part))?.size ?? 0) : 0;
  await receive(url, part, { bytes: have, version }, request);
  // Another process that downloads the same may have been faster.
  const received = (await statOf(part)) ? part : request.target;
  let hex: string;
  try {
    hex = await check(received, request, url).catch((error) => checkMoved(error, request, url));
  } catch (error) {
    if (!(error instanceof DownloadProblem)) throw error;
    await rm(received, { force: true });
    await forgetVersionOfPart(part);
    // The part may have been of another version of the file.
    if (have > 0) return fetchWhole(url, request);
    throw error;
  }
  if (received === part) await rename(part, request.target).catch((cause) => refuseUnlessThere(request.target, cause));
  await forgetVersionOfPart(part);
  return hex;
}

/** What is there of an earlier attempt. */
interface Have {
  readonly bytes: number;
  readonly version: string | null;
}

const STALL_MS = 60_000;

async function receive(url: string, part: string, have: Have, request: DownloadRequest): Promise<void> {
  const { stallMs = STALL_MS } = request;
  const stall = new Stall(stallMs, new DownloadProblem(`nothing came for ${stallMs / 1000} s`, url));
  const signals = [stall.signal, ...(request.signal === undefined ? [] : [request.signal])];
  try {
    const response = await fetch(url, { headers: rangeOf(have), signal: AbortSignal.any(signals) });
    // Nothing is left to send: the part is the whole.
    if (response.status === 416 && have.bytes > 0) return;
    if (!response.ok || response.body === null) {
      await response.body?.cancel().catch(() => undefined);
      throw new DownloadProblem(`the server answered ${response.status}`, url);
    }
    await save(response, part, startOf(response, have, url), url, request, stall);
  } catch (cause) {
    request.signal?.throwIfAborted();
    if (stall.signal.aborted) throw stall.reason;
    throw cause instanceof DownloadProblem || isWsolError(cause) ? cause : unreachable(url, cause);
  } finally {
    stall.end();
  }
}

function rangeOf({ bytes, version }: Have): Record<string, string> {
  if (bytes === 0) return {};
  return { Range: `bytes=${bytes}-`, ...(version !== null && { "If-Range": version }) };
}

/** Where in the file the answer begins. */
function startOf(response: Response, have: Have, url: string): number {
  if (response.status !== 206) return 0;
  const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  if (start === undefined || Number(start) === have.bytes) return have.bytes;
  throw new DownloadProblem(`the server sent the bytes from ${start} on, asked for those from ${have.bytes} on`, url);
}

async function save(
  response: Response,
  part: string,
  from: number,
  url: string,
  { largest = Number.POSITIVE_INFINITY, onProgress }: DownloadRequest,
  stall: Stall,
): Promise<void> {
  const length = response.headers.get("content-length");
  // Of a compressed answer the length counts other bytes than those that arrive.
  const isCounted = length !== null && !response.headers.has("content-encoding");
  const total = isCounted ? Number(length) + from : undefined;
  const tooLong = () => new DownloadProblem(`expected at most ${largest} bytes, the server has more`, url);
  if ((total ?? 0) > largest) {
    await response.body!.cancel().catch(() => undefined);
    throw tooLong();
  }
  let done = from;
  // At positions, not at the end: whoever downloads the same at the same time writes the same.
  const file = await open(part, from > 0 ? "r+" : "w").catch((cause) => {
    throw cannotWrite(part, cause);
  });
  try {
    if (from === 0) await noteVersionOfPart(part, response.headers);
    for await (const chunk of Readable.fromWeb(response.body as import("node:stream/web").ReadableStream)) {
      stall.tick();
      if (done + chunk.length > largest) throw tooLong();
      await writeAt(file, chunk, done, part);
      done += chunk.length;
      onProgress?.(done, total);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (total !== undefined && done !== total) {
    throw new DownloadProblem(`the connection ended after ${done} of ${total} bytes`, url);
  }
}

async function writeAt(
  file: Awaited<ReturnType<typeof open>>,
  chunk: Buffer,
  position: number,
  path: string,
): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await file
      .write(chunk, written, chunk.length - written, position + written)
      .catch((cause) => {
        throw cannotWrite(path, cause);
      });
    written += bytesWritten;
  }
}

/** @throws DownloadProblem if the file's hash is another one */
async function check(path: string, { expected, signal }: DownloadRequest, url: string): Promise<string> {
  const hex = await hashOf(path, expected?.algorithm ?? "sha256", signal);
  if (expected === null || hex.startsWith(expected.hex.toLowerCase())) return hex;
  const shown = hex.slice(0, expected.hex.length);
  throw new DownloadProblem(
    `expected the ${expected.algorithm} ${expected.hex} of '${path}', got ${shown}: it is damaged, or another file`,
    url,
  );
}

/** Another process that downloads the same has moved the part to its place meanwhile. */
async function checkMoved(error: unknown, request: DownloadRequest, url: string): Promise<string> {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT" || !(await statOf(request.target))) throw error;
  return check(request.target, request, url);
}

async function refuseUnlessThere(target: string, cause: unknown): Promise<void> {
  if ((cause as NodeJS.ErrnoException).code === "ENOENT" && (await statOf(target))) return;
  throw cannotWrite(target, cause);
}

function unreachable(url: string, cause: unknown): DownloadProblem {
  const { message, cause: deeper } = cause as Error & { cause?: Error & { code?: string } };
  // Of several addresses of one name, the message is empty.
  return new DownloadProblem(deeper?.message || deeper?.code || message, url, { cause });
}

function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}

/** A problem as an error of the package: what the file is, and where to put it instead. */
export function cannotDownload(
  what: string,
  { target, urls }: Pick<DownloadRequest, "target" | "urls">,
  problem: DownloadProblem,
  instead = `put the file at '${target}' yourself`,
): WsolError {
  return new WsolError("ERR_WSOL_DOWNLOAD", `cannot download ${what} from '${problem.url}': ${problem.message}`, {
    details: { url: problem.url, urls, target },
    fix: `Run it again, it continues where it stopped; or ${instead}.`,
    cause: problem,
  });
}
