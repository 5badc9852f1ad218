// Score maps to measure with, the same for every run.

/** Uniform numbers in [0, 1) by a 32-bit generator (mulberry32). */
export function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` maps of side x side from uniform noise of 14x14, bicubic: what a network's maps look like. */
export function smoothMaps(count, side, seed) {
  const coarse = 14;
  return maps(count, side, seed, (random) => resizeBicubic(noise(coarse, random), coarse, side));
}

/** `count` maps of side x side from uniform noise under a Gaussian blur of sigma 2. */
export function noiseMaps(count, side, seed) {
  return maps(count, side, seed, (random) => blur(noise(side, random), side, 2));
}

function maps(count, side, seed, make) {
  const random = uniform(seed);
  const data = new Float64Array(count * side * side);
  for (let index = 0; index < count; index++) data.set(minmax(make(random)), index * side * side);
  return { data, count, height: side, width: side };
}

function noise(side, random) {
  return Float64Array.from({ length: side * side }, random);
}

function minmax(map) {
  const low = map.reduce((least, value) => Math.min(least, value));
  const range = map.reduce((most, value) => Math.max(most, value)) - low;
  return map.map((value) => (value - low) / range);
}

/** Rows, then columns, as weighted sums of each row's own pixels. */
function separable(map, from, to, weightsOf) {
  const transposed = (source, width, height) =>
    Float64Array.from({ length: width * height }, (_, at) => source[(at % height) * width + Math.floor(at / height)]);
  const rows = (source, height) => {
    const out = new Float64Array(height * to);
    for (let x = 0; x < to; x++) {
      for (const [column, weight] of weightsOf(x)) {
        for (let y = 0; y < height; y++) out[y * to + x] += weight * source[y * from + column];
      }
    }
    return out;
  };
  return transposed(rows(transposed(rows(map, from), to, from), to), to, to);
}

/** a = -0.75, half-pixel centres, replicated border. */
function resizeBicubic(map, from, to) {
  const a = -0.75;
  const near = (t) => ((a + 2) * t - (a + 3)) * t * t + 1;
  const far = (t) => a * (((t - 5) * t + 8) * t - 4);
  return separable(map, from, to, (x) => {
    const centre = ((x + 0.5) * from) / to - 0.5;
    const first = Math.floor(centre);
    const t = centre - first;
    const weights = [far(t + 1), near(t), near(1 - t), far(2 - t)];
    return weights.map((weight, index) => [Math.min(from - 1, Math.max(0, first - 1 + index)), weight]);
  });
}

function blur(map, side, sigma) {
  const radius = Math.ceil(4 * sigma);
  const offsets = Array.from({ length: 2 * radius + 1 }, (_, index) => index - radius);
  const weights = offsets.map((offset) => Math.exp(-(offset ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight);
  // Beyond the border the map is mirrored.
  const mirrored = (x) => (x < 0 ? -x - 1 : x >= side ? 2 * side - 1 - x : x);
  return separable(map, side, side, (x) =>
    offsets.map((offset, index) => [mirrored(x + offset), weights[index] / total]),
  );
}
