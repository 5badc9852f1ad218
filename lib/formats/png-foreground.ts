import type { PngChunks } from "./png-chunks";
import { type RowReader, sampleOf } from "./png-samples";

/**
 * 255 for each pixel whose stored value is not 0, else 0: a palette's index whatever its colour, of 16 bits either byte, of
 * colours any; alpha is ignored.
 */
export function foregroundReader({ header }: PngChunks): RowReader<Uint8Array> {
  const { depth, channels } = header;
  if (depth < 8) {
    return (row, columns, to, at, step) => {
      for (let column = 0; column < columns; column++, at += step)
        to[at] = sampleOf(row, column, depth) === 0 ? 0 : 255;
    };
  }
  const stride = (channels * depth) / 8;
  const hasAlpha = channels === 2 || channels === 4;
  const bytes = stride - (hasAlpha ? depth / 8 : 0);
  return (row, columns, to, at, step) => {
    for (let i = 0, end = columns * stride; i < end; i += stride, at += step) {
      let any = 0;
      for (let byte = i; byte < i + bytes; byte++) any |= row[byte]!;
      to[at] = any === 0 ? 0 : 255;
    }
  };
}
