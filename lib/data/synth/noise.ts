import type { Random } from "../random";

/** Smooth noise in [0, 1] over the plane, one feature per unit length. */
export type Noise = (x: number, y: number) => number;

/** Values on a lattice of 32 x 32, repeated, with smooth interpolation between them. */
export function valueNoise(random: Random): Noise {
  const lattice = Float32Array.from({ length: 32 * 32 }, () => random.float());
  const value = (ix: number, iy: number) => lattice[(iy & 31) * 32 + (ix & 31)] as number;
  return (x, y) => {
    const ix = Math.floor(x);
    const iy = Math.floor(y);
    const tx = smooth(x - ix);
    const ty = smooth(y - iy);
    const top = value(ix, iy) + (value(ix + 1, iy) - value(ix, iy)) * tx;
    const bottom = value(ix, iy + 1) + (value(ix + 1, iy + 1) - value(ix, iy + 1)) * tx;
    return top + (bottom - top) * ty;
  };
}

/** Sum of `octaves` noises, each of half the size and strength of the one before, scaled to [0, 1]. */
export function fractalNoise(random: Random, octaves: number): Noise {
  const noise = valueNoise(random);
  const total = 2 - 2 ** (1 - octaves);
  return (x, y) => {
    let sum = 0;
    for (let octave = 0; octave < octaves; octave++) {
      // Each octave looks at another part of the lattice.
      sum += noise(x * 2 ** octave + 17.3 * octave, y * 2 ** octave + 9.7 * octave) / 2 ** octave;
    }
    return sum / total;
  };
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}
