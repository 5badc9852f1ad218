import { basename, join } from "node:path";
import { WsolError } from "../../../errors";
import { isFile } from "../../../files";
import { DownloadProblem, type DownloadRequest, download } from "../../../files/download";

export type DownloadOptions = Pick<DownloadRequest, "signal" | "onProgress">;

/**
 * Downloads a file into `folder`; a part of an earlier attempt is continued where the server can. A fragment
 * `#sha256=…` is not sent, but checked by the caller. @returns the path. @throws ERR_WSOL_LIBTORCH_FETCH, ERR_WSOL_WRITE
 */
export async function downloadFile(url: string, folder: string, options: DownloadOptions = {}): Promise<string> {
  const address = new URL(url);
  address.hash = "";
  const name = decodeURIComponent(basename(address.pathname)).replace(/[^\w.+-]/g, "_") || "download.zip";
  const target = join(folder, name);
  if (isFile(target)) return target;
  const { signal, onProgress } = options;
  try {
    // Each file of a wheel is checked against the wheel's own record when it is unpacked.
    const request = { urls: [address.href], target, expected: null, continues: true };
    await download({ ...request, ...(signal && { signal }), ...(onProgress && { onProgress }) });
  } catch (cause) {
    if (!(cause instanceof DownloadProblem)) throw cause;
    throw new WsolError("ERR_WSOL_LIBTORCH_FETCH", `cannot download '${address.href}': ${cause.message}`, {
      details: { url: address.href, part: `${target}.part` },
      fix: "Run the command again: it continues where it stopped.",
      cause,
    });
  }
  return target;
}
