/** What no published image set comes near; more is refused before memory or hours are spent on it. */
export const LIMITS = {
  /** Files of one source. */
  entries: 3_000_000,
  /** Folders that are reached through links: links between a dozen folders make paths without end. */
  linkedFolders: 5_000,
  /** Characters of all their paths together. */
  pathCharacters: 2 ** 29,
  /** Bytes of one image or mask. */
  entryBytes: 2 ** 28,
  /** Bytes of one text that a format looks into. */
  textBytes: 2 ** 26,
  /** Bytes of all texts of a compressed tar, which are kept in memory. */
  keptBytes: 2 ** 29,
} as const;

/** Photographs hardly compress, and the texts beside them by less than a hundred; the rest is room for small archives. */
export function mostUnpacked(packedBytes: number): number {
  const [MOST_TIMES, FREE] = [200, 2 ** 26];
  return packedBytes * MOST_TIMES + FREE;
}
