import { createWriteStream } from "node:fs";
import { mkdir, rename, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { WsolError } from "../../../errors";

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/**
 * Downloads a file into `folder`; a part of an earlier attempt is continued where the server can. A fragment
 * `#sha256=…` is not sent, but checked by the caller. @returns the path. @throws ERR_WSOL_LIBTORCH_FETCH
 */
export async function downloadFile(url: string, folder: string, options: DownloadOptions = {}): Promise<string> {
  const address = new URL(url);
  address.hash = "";
  const name = decodeURIComponent(basename(address.pathname)).replace(/[^\w.+-]/g, "_") || "download.zip";
  const path = join(folder, name);
  const part = `${path}.part`;
  await mkdir(folder, { recursive: true });
  if (await sizeOf(path)) return path;
  const have = await sizeOf(part);
  const signal = options.signal ?? null;
  try {
    const response = await fetch(address, { headers: have > 0 ? { Range: `bytes=${have}-` } : {}, signal });
    // 416: nothing is left to send, the part is the whole.
    if (response.status !== 416) await save(response, part, have, options);
  } catch (cause) {
    options.signal?.throwIfAborted();
    const reason = (cause as Error & { cause?: Error }).cause?.message ?? (cause as Error).message;
    throw new WsolError("ERR_WSOL_LIBTORCH_FETCH", `cannot download '${address.href}': ${reason}`, {
      details: { url: address.href, part },
      fix: "Run the command again: it continues where it stopped.",
      cause,
    });
  }
  await rename(part, path);
  return path;
}

async function save(response: Response, part: string, have: number, options: DownloadOptions): Promise<void> {
  if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
  const continued = response.status === 206;
  const length = Number(response.headers.get("content-length")) || undefined;
  let done = continued ? have : 0;
  const total = length === undefined ? undefined : length + done;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      options.onProgress?.(done, total);
      next(null, chunk);
    },
  });
  const body = Readable.fromWeb(response.body as import("node:stream/web").ReadableStream);
  await pipeline(body, count, createWriteStream(part, { flags: continued ? "a" : "w" }));
  if (total !== undefined && done !== total) throw new Error(`the connection ended after ${done} of ${total} bytes`);
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
