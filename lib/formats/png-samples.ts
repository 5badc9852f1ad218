import type { PngChunks } from "./png-chunks";
import { FormatProblem } from "./problem";

/** Writes one value for each pixel of a row to every `step`-th place of `to` from `at` on. */
export type RowReader<Values> = (row: Uint8Array, columns: number, to: Values, at: number, step: number) => void;

/**
 * The samples of rows as they are stored: palette indices, or grey levels of 0 .. 2^depth - 1, 16 bits whole.
 * @throws FormatProblem for colour; when reading, for an index beyond the palette
 */
export function sampleReader({ header, palette }: PngChunks): RowReader<Uint8Array | Uint16Array> {
  const { depth, channels, isPalette } = header;
  if (channels !== 1) throw new FormatProblem("expected palette indices or grey levels, it has colours or alpha");
  if (depth === 16) {
    return (row, columns, to, at, step) => {
      for (let i = 0, end = columns * 2; i < end; i += 2, at += step) to[at] = (row[i]! << 8) | row[i + 1]!;
    };
  }
  const count = isPalette ? (palette as Uint8Array).length / 3 : 2 ** depth;
  return (row, columns, to, at, step) => {
    for (let column = 0; column < columns; column++, at += step) {
      const sample = depth === 8 ? row[column]! : sampleOf(row, column, depth);
      if (sample >= count) throw new FormatProblem("it has a pixel of no palette entry");
      to[at] = sample;
    }
  };
}

/** Sample `index` of a row of 1, 2, 4 or 8 bits each, the first in the high bits. */
export function sampleOf(row: Uint8Array, index: number, depth: number): number {
  const bit = index * depth;
  return (row[bit >> 3]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}
