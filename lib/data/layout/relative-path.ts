/** Why `path` may not name a file below the data set's folder (an id or a mask's path), or null when it may. */
export function problemOfRelativePath(path: string): string | null {
  if (PLAIN_PATH.test(path)) return null;
  if (path.length === 0) return "expected a relative path, got an empty one";
  if (CONTROL_CHARACTER.test(path)) return "expected a path without control characters";
  if (path.includes("\\")) return "expected '/' between folders, not a backslash";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "expected a relative path, not an absolute one";
  if (path.includes("//") || path.endsWith("/")) return "expected a path without empty parts";
  if (/(^|\/)\.\.?(\/|$)/.test(path)) return "expected a path that stays below its folder, without '.' and '..'";
  return null;
}

/** What nearly all paths are; the others are looked at more closely. */
const PLAIN_PATH = /^[\w-]+(?:\.[\w-]+)*(?:\/[\w-]+(?:\.[\w-]+)*)*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;
