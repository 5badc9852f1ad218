import { formatSetting } from "../../config/flatten";
import { WsolError } from "../../errors";

/** Of a folder's name on the usual file systems, less what `_seed=` and a log's ending add. */
const LONGEST_NAME = 200;

/** `key=value` joined by `_`, as a folder may be called. @throws ERR_WSOL_CONFIG where that gets too long */
export function nameOf(keys: readonly (readonly [key: string, value: unknown])[]): string {
  const name = keys.map(([key, value]) => escapeName(`${key}=${formatSetting(value)}`)).join("_");
  if (Buffer.byteLength(name) <= LONGEST_NAME) return name;
  throw new WsolError("ERR_WSOL_CONFIG", `expected a folder's name of at most ${LONGEST_NAME} bytes, got '${name}'`, {
    details: { name },
    fix: "Vary fewer keys at a time, or shorter values.",
  });
}

// Reserved on some file system, or the sign of an escape itself.
const REFUSED = /[\p{Cc}<>:"/\\|?*%]/gu;

function escapeName(text: string): string {
  return text.replace(
    REFUSED,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
