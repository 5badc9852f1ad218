import type { Random } from "../../lib/data/random";

const EDGE_BYTES = [0, 1, 9, 10, 13, 0x20, 0x2c, 0x2d, 0x7f, 0x80, 0xff];

/** A damaged copy: a few bytes flipped, set, removed, repeated, moved or cut off, or words put in. */
export function mutate(bytes: Uint8Array, random: Random, words: readonly string[]): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  for (let count = random.pick([1, 1, 1, 2, 4]); count > 0; count--) mutated = mutateOnce(mutated, random, words);
  return mutated;
}

function mutateOnce(bytes: Buffer, random: Random, words: readonly string[]): Buffer {
  const at = random.below(bytes.length + 1);
  const length = Math.min(1 + random.below(8), bytes.length - at);
  const around = (middle: Uint8Array, from = at + length) =>
    Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(from)]);
  switch (random.below(8)) {
    case 0:
      if (at < bytes.length) bytes[at]! ^= 1 << random.below(8);
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = random.pick(EDGE_BYTES);
      return bytes;
    case 2:
      if (at < bytes.length) bytes[at] = random.below(256);
      return bytes;
    case 3:
      return around(Buffer.alloc(0));
    case 4:
      return around(bytes.subarray(at, at + length), at);
    case 5:
      return around(Buffer.from(random.pick(words), "latin1"), at);
    case 6:
      return around(Buffer.from(random.pick(words), "latin1"));
    default:
      return random.float() < 0.3 ? bytes.subarray(0, at) : around(bytes.subarray(0, length), at);
  }
}
