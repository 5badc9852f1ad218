// Even steps would hit the same few classes where labels repeat in turn; multiples of the golden ratio do not.
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Indices of some of `total` images, spread over them and ascending; fewer are among those of more. */
export function spread(wanted: number, total: number): number[] {
  const indices = new Set<number>();
  for (let i = 1; indices.size < Math.min(wanted, total); i++) indices.add(Math.floor(((i * GOLDEN) % 1) * total));
  return [...indices].sort((a, b) => a - b);
}
