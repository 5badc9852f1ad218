export type Rgb = readonly [red: number, green: number, blue: number];

/** Equally spaced stops of viridis: even in lightness, so that equal steps of the score look equal. */
const STOPS: readonly Rgb[] = [
  [0x44, 0x01, 0x54],
  [0x48, 0x28, 0x78],
  [0x3e, 0x49, 0x89],
  [0x31, 0x68, 0x8e],
  [0x26, 0x82, 0x8e],
  [0x1f, 0x9e, 0x89],
  [0x35, 0xb7, 0x79],
  [0x6e, 0xce, 0x58],
  [0xb5, 0xde, 0x2b],
  [0xfd, 0xe7, 0x25],
];

/** The colour of a score; scores outside [0, 1] get the nearest end's, NaN that of 0. */
export function colourOf(score: number): Rgb {
  const position = Math.min(1, Math.max(0, score || 0)) * (STOPS.length - 1);
  const index = Math.min(STOPS.length - 2, Math.floor(position));
  const share = position - index;
  const [from, to] = [STOPS[index]!, STOPS[index + 1]!];
  const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + share * (to[channel] - from[channel]));
  return [mix(0), mix(1), mix(2)];
}

/** The colours of 8-bit scores: entry i is that of i / 255. */
export const SCORE_COLOURS: readonly Rgb[] = Array.from({ length: 256 }, (_, level) => colourOf(level / 255));
