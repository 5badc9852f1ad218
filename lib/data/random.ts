/**
 * Seeded pseudo-random numbers, the same on every machine: xoshiro128** (Blackman and Vigna, 2018) on 32-bit integers,
 * its state filled by splitmix32 from a key of any number of integers.
 */
export class Random {
  readonly #state = new Uint32Array(4);

  /** Streams of different keys, for instance (seed, epoch) or (seed, image), are independent for all purposes here. */
  constructor(...key: readonly number[]) {
    let hash = 0x9e3779b9;
    for (const part of key) {
      hash = mix(hash ^ (part >>> 0));
      hash = mix(hash + (Math.floor(part / 2 ** 32) >>> 0) + 0x9e3779b9);
    }
    for (let i = 0; i < 4; i++) {
      hash = (hash + 0x9e3779b9) >>> 0;
      this.#state[i] = mix(hash);
    }
    // All zeros is the one state that the generator never leaves.
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
  }

  /** Uniform over 0 .. 2^32 - 1. */
  uint32(): number {
    const s = this.#state;
    const s1 = s[1] as number;
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    s[2] = (s[2] as number) ^ (s[0] as number);
    s[3] = (s[3] as number) ^ s1;
    s[1] = s1 ^ (s[2] as number);
    s[0] = (s[0] as number) ^ (s[3] as number);
    s[2] = (s[2] as number) ^ (s1 << 9);
    s[3] = rotateLeft(s[3] as number, 11);
    return result;
  }

  /** Uniform over 0 .. count - 1, without bias: draws beyond the last whole multiple are drawn again. */
  below(count: number): number {
    const limit = 2 ** 32 - (2 ** 32 % count);
    let draw = this.uint32();
    while (draw >= limit) draw = this.uint32();
    return draw % count;
  }

  /** Uniform over [0, 1) in steps of 2^-32. */
  float(): number {
    return this.uint32() / 2 ** 32;
  }

  /** Uniform over [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.float();
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Fisher-Yates, in place. */
  shuffle(items: Int32Array): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = items[i] as number;
      items[i] = items[j] as number;
      items[j] = kept;
    }
  }
}

/** The finaliser of splitmix32: every input bit reaches every output bit. */
function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
