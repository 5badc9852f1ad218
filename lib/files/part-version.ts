import { readFile, rm, writeFile } from "node:fs/promises";
import { cannotWrite } from "../files";

/**
 * Which version of a file on a server a part is of, kept beside the part: sent as `If-Range` (RFC 9110, section 13.1.5), so that
 * a server whose file has changed since sends all of it.
 */
export async function versionOfPart(part: string): Promise<string | null> {
  const text = await readFile(pathOf(part), "utf8").catch(() => null);
  // One line that is fit for a header; anything else is not ours.
  return text !== null && /^[\x21-\x7e][\x20-\x7e]{0,500}$/.test(text) ? text : null;
}

/** Called when a part is begun anew; servers that name no version leave none. @throws ERR_WSOL_WRITE */
export async function noteVersionOfPart(part: string, headers: Headers): Promise<void> {
  const etag = headers.get("etag");
  // A weak tag says that two versions mean the same, not that their bytes are equal.
  const version = etag !== null && !etag.startsWith("W/") ? etag : headers.get("last-modified");
  if (version === null) return forgetVersionOfPart(part);
  await writeFile(pathOf(part), version).catch((cause) => {
    throw cannotWrite(pathOf(part), cause);
  });
}

export async function forgetVersionOfPart(part: string): Promise<void> {
  await rm(pathOf(part), { force: true });
}

function pathOf(part: string): string {
  return `${part}-version`;
}
