// biome-ignore lint/suspicious/noControlCharactersInRegex: the metadata is lines of fields
const UNSAFE = /[\u0000-\u001f\u007f,\\]|%(?=[0-9A-Fa-f]{2})/g;

/**
 * The id of an image: its path, with what the metadata's lines cannot hold (comma, backslash, control characters) as `%` and two
 * hexadecimal digits, as in addresses. A `%` that would read as such is written so too: no two paths have one id.
 */
export function imageIdOf(path: string): string {
  return path.replaceAll(UNSAFE, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}
