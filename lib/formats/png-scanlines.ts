import { setImmediate } from "node:timers/promises";
import type { PngHeader } from "./png-chunks";
import { FormatProblem } from "./problem";

/** A sub-image of the file: pixel (column, row) is pixel (x0 + column * dx, y0 + row * dy) of the image. */
export interface PngPass {
  readonly x0: number;
  readonly y0: number;
  readonly dx: number;
  readonly dy: number;
  readonly columns: number;
  readonly rows: number;
  /** Bytes of a row, without its filter byte. */
  readonly rowBytes: number;
}

const WHOLE = [[0, 0, 1, 1]] as const;
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The passes in which the pixels are stored; one without interlacing. Empty passes are left out. */
export function passesOf({ width, height, depth, channels, isInterlaced }: PngHeader): PngPass[] {
  return (isInterlaced ? ADAM7 : WHOLE)
    .map(([x0, y0, dx, dy]) => {
      const columns = Math.ceil((width - x0) / dx);
      return { x0, y0, dx, dy, columns, rows: Math.ceil((height - y0) / dy), rowBytes: rowBytes(columns) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);

  function rowBytes(columns: number): number {
    return Math.ceil((columns * channels * depth) / 8);
  }
}

/** Bytes of the unpacked stream: each row has its filter byte. */
export function rawLength(passes: readonly PngPass[]): number {
  return passes.reduce((sum, { rows, rowBytes }) => sum + rows * (rowBytes + 1), 0);
}

/** Bytes between two turns of the event loop: some milliseconds of work. */
const BYTES_AT_ONCE = 2 ** 18;

/**
 * Undoes the row filters (PNG specification, section 9) in place and hands each row to `visit`; bytes left of and above a
 * pass count as zeros. Lets the event loop turn every few milliseconds. @throws FormatProblem on an unknown filter
 */
export async function visitScanlines(
  raw: Uint8Array,
  passes: readonly PngPass[],
  pixelBytes: number,
  visit: (row: Uint8Array, pass: PngPass, rowIndex: number) => void,
): Promise<void> {
  let at = 0;
  let turn = BYTES_AT_ONCE;
  for (const pass of passes) {
    let above = new Uint8Array(pass.rowBytes);
    for (let index = 0; index < pass.rows; index++) {
      const filter = raw[at] as number;
      const row = raw.subarray(at + 1, at + 1 + pass.rowBytes);
      unfilter(filter, row, above, pixelBytes);
      visit(row, pass, index);
      above = row as Uint8Array<ArrayBuffer>;
      at += pass.rowBytes + 1;
      if (at < turn) continue;
      turn = at + BYTES_AT_ONCE;
      await setImmediate();
    }
  }
}

function unfilter(filter: number, row: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  const { length } = row;
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let i = pixelBytes; i < length; i++) row[i] = row[i]! + row[i - pixelBytes]!;
      return;
    case 2:
      for (let i = 0; i < length; i++) row[i] = row[i]! + above[i]!;
      return;
    case 3:
      for (let i = 0; i < length; i++) {
        const left = i < pixelBytes ? 0 : row[i - pixelBytes]!;
        row[i] = row[i]! + ((left + above[i]!) >> 1);
      }
      return;
    case 4:
      for (let i = 0; i < length; i++) {
        const isFirst = i < pixelBytes;
        const left = isFirst ? 0 : row[i - pixelBytes]!;
        const aboveLeft = isFirst ? 0 : above[i - pixelBytes]!;
        row[i] = row[i]! + nearest(left, above[i]!, aboveLeft);
      }
      return;
    default:
      throw new FormatProblem(`it has a row of the unknown filter ${filter}`);
  }
}

/** Paeth's predictor: the neighbour closest to left + above - aboveLeft, in this order on ties. */
function nearest(left: number, above: number, aboveLeft: number): number {
  const toLeft = Math.abs(above - aboveLeft);
  const toAbove = Math.abs(left - aboveLeft);
  const toCorner = Math.abs(left + above - 2 * aboveLeft);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : aboveLeft;
}
