/** Order by code point; JavaScript's own goes by UTF-16 units, in which an emoji comes before a full-width letter. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
