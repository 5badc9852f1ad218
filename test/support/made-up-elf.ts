/** Bytes of a 64-bit shared library with nothing but a dynamic section: enough for readers, not for a loader. */
export function madeUpElf(
  facts: { needed?: readonly string[]; soname?: string; runpath?: string; machine?: number } = {},
): Buffer {
  const strings = ["", ...(facts.needed ?? []), facts.soname ?? "", facts.runpath ?? ""];
  const offsets: number[] = [];
  const chunks = strings.map((text) => Buffer.from(`${text}\0`));
  for (let at = 0, i = 0; i < chunks.length; at += chunks[i++]!.length) offsets.push(at);
  const table = Buffer.concat(chunks);

  const dynamic: [number, number][] = (facts.needed ?? []).map((_, index) => [1, offsets[index + 1]!]);
  if (facts.soname !== undefined) dynamic.push([14, offsets.at(-2)!]);
  if (facts.runpath !== undefined) dynamic.push([29, offsets.at(-1)!]);
  const dynamicAt = 64 + 2 * 56;
  const tableAt = dynamicAt + (dynamic.length + 3) * 16;
  const base = 0x10000;
  dynamic.push([5, base + tableAt], [10, table.length], [0, 0]);

  const bytes = Buffer.alloc(tableAt + table.length);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(facts.machine ?? (process.arch === "arm64" ? 183 : 62), 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(2, 56);
  writeSegment(bytes, 64, { type: 1, offset: 0, address: base, size: bytes.length });
  writeSegment(bytes, 64 + 56, { type: 2, offset: dynamicAt, address: base + dynamicAt, size: dynamic.length * 16 });
  for (const [index, [tag, value]] of dynamic.entries()) {
    bytes.writeBigUInt64LE(BigInt(tag), dynamicAt + index * 16);
    bytes.writeBigUInt64LE(BigInt(value), dynamicAt + index * 16 + 8);
  }
  table.copy(bytes, tableAt);
  return bytes;
}

function writeSegment(
  bytes: Buffer,
  at: number,
  segment: { type: number; offset: number; address: number; size: number },
): void {
  bytes.writeUInt32LE(segment.type, at);
  bytes.writeBigUInt64LE(BigInt(segment.offset), at + 8);
  bytes.writeBigUInt64LE(BigInt(segment.address), at + 16);
  bytes.writeBigUInt64LE(BigInt(segment.size), at + 32);
  bytes.writeBigUInt64LE(BigInt(segment.size), at + 40);
}
