import { readCsv } from "../../../../formats/csv";
import { FormatProblem } from "../../../../formats/problem";
import type { Box, ImageSize } from "../../../split";
import { type BoxColumns, isNumber, readHeader } from "./csv-columns";
import { cornersOfSides, type StatedBox } from "./stated-box";

/**
 * The boxes of a CSV file, one a record; records with all four coordinates empty say that the image has none, and are passed
 * over. @throws FormatProblem naming the line
 */
export async function* readCsvBoxes(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StatedBox, void, void> {
  let columns: BoxColumns | null = null;
  let width = 0;
  for await (const { fields, line } of readCsv(chunks)) {
    if (columns === null) {
      const header = readHeader(fields);
      columns = header.columns;
      width = fields.length;
      if (header.isHeader) continue;
    }
    if (fields.length !== width) {
      throw new FormatProblem(`expected ${width} fields as in the first line, got ${fields.length} (line ${line})`);
    }
    const stated = statedBox(fields, columns, line);
    if (stated !== null) yield stated;
  }
  if (columns === null) throw new FormatProblem("it is empty");
}

function statedBox(fields: readonly string[], columns: BoxColumns, line: number): StatedBox | null {
  const image = fields[columns.image]!;
  if (image === "") throw new FormatProblem(`expected an image, got an empty field (line ${line})`);
  const texts = columns.box.map((column) => fields[column]!);
  if (texts.every((text) => text === "")) return null;
  const [a, b, c, d] = texts.map((text) => numberOf(text, line)) as [number, number, number, number];
  const box: Box = columns.hasSides ? cornersOfSides(a, b, c, d) : [a, b, c, d];
  const className = columns.className === null ? "" : fields[columns.className]!;
  return {
    image,
    box,
    className: className === "" ? null : className,
    size: sizeOf(fields, columns, line),
    where: `line ${line}`,
  };
}

function sizeOf(fields: readonly string[], { size }: BoxColumns, line: number): ImageSize | null {
  if (size === null || size.every((column) => fields[column] === "")) return null;
  return [numberOf(fields[size[0]]!, line), numberOf(fields[size[1]]!, line)];
}

function numberOf(text: string, line: number): number {
  const value = isNumber(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new FormatProblem(`expected a number, got ${JSON.stringify(text.slice(0, 40))} (line ${line})`);
}
