import type { PngChunks } from "./png-chunks";
import { type RowReader, sampleOf } from "./png-samples";
import { FormatProblem } from "./problem";

/**
 * Grey values of rows of any kind of PNG: 1, 2 and 4 bits are expanded to 0..255, of 16 bits the high byte is kept, palette and
 * colour become (299 R + 587 G + 114 B) / 1000 truncated, in whole numbers; alpha is passed over.
 */
export function greyReader({ header, palette }: PngChunks): RowReader<Uint8Array> {
  const { depth, channels, isPalette } = header;
  if (isPalette) {
    const greys = greysOf(palette as Uint8Array);
    return (row, columns, to, at, step) => {
      for (let column = 0; column < columns; column++, at += step) {
        const grey = greys[sampleOf(row, column, depth)];
        if (grey === undefined) throw new FormatProblem("it has a pixel of no palette entry");
        to[at] = grey;
      }
    };
  }
  const sampleBytes = depth / 8;
  const stride = channels * sampleBytes;
  if (channels >= 3) {
    return (row, columns, to, at, step) => {
      for (let i = 0, end = columns * stride; i < end; i += stride, at += step) {
        to[at] = greyOf(row[i]!, row[i + sampleBytes]!, row[i + 2 * sampleBytes]!);
      }
    };
  }
  if (depth >= 8) {
    return (row, columns, to, at, step) => {
      for (let i = 0, end = columns * stride; i < end; i += stride, at += step) to[at] = row[i]!;
    };
  }
  const scale = 255 / (2 ** depth - 1);
  return (row, columns, to, at, step) => {
    for (let column = 0; column < columns; column++, at += step) to[at] = sampleOf(row, column, depth) * scale;
  };
}

function greysOf(palette: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: palette.length / 3 }, (_, entry) =>
    greyOf(palette[entry * 3]!, palette[entry * 3 + 1]!, palette[entry * 3 + 2]!),
  );
}

/** 0.299 R + 0.587 G + 0.114 B, truncated; in whole numbers, since in double a grey of 1 would become 0. */
function greyOf(red: number, green: number, blue: number): number {
  return Math.floor((299 * red + 587 * green + 114 * blue) / 1000);
}
