/** The bytes of a text in pieces of `size`, as a stream hands them over. */
export async function* chunksOf(content: string | Uint8Array, size = 65_536): AsyncGenerator<Uint8Array, void, void> {
  const bytes = Buffer.from(content);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

/** All that an async iterable yields. */
export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** `bytes` again and again, without end. */
export async function* endlessly(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  for (;;) yield bytes;
}
