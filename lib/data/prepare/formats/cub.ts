import { WsolError } from "../../../errors";
import type { MetadataFile } from "../../layout/metadata-file";
import type { Box, ImageSize } from "../../split";
import type { Source } from "../source/source";
import { folderOf, readText } from "../source/texts";
import type { SourceFormat, SourceImage } from "../source-format";

const TEXTS = /(^|\/)(images|image_class_labels|train_test_split|bounding_boxes|classes)\.txt$/;
const part = (what: string) => ({ what, pattern: new RegExp(`(^|/)${what.replaceAll(".", "\\.")}$`) });

/** CUB-200-2011 (Wah et al., 2011): one line for each image in several files, by its number. */
export const cub: SourceFormat = {
  name: "cub",
  title: "CUB-200-2011",
  parts: [
    ...["images", "image_class_labels", "train_test_split", "bounding_boxes", "classes"].map((n) => part(`${n}.txt`)),
    { what: "images/", pattern: /(^|\/)images\/.*\.jpe?g$/i },
  ],
  looksInto: (path) => TEXTS.test(path),
  published: { classes: 200, splits: { train: 5994, test: 5794 } },

  async read(source) {
    const folder = folderOf(source, "images.txt");
    const table = (name: string, pattern: RegExp) => readTable(source, `${folder}${name}.txt`, pattern);
    const paths = await table("images", /^(\d+) (.+)$/);
    const labels = await table("image_class_labels", /^(\d+) (\d+)$/);
    const isTrain = await table("train_test_split", /^(\d+) ([01])$/);
    const boxes = await table("bounding_boxes", BOX_LINE);
    const classes = classNames(await table("classes", /^(\d+) (.+)$/));

    const splits = { train: [] as SourceImage[], test: [] as SourceImage[] };
    for (const [number, { fields, line }] of paths.rows) {
      const id = fields[0]!;
      const label = Number(labels.get(number, id)[0]) - 1;
      if (label < 0 || label >= classes.length) {
        throw labels.file.error(labels.lineOf(number), `expected a class from 1 to ${classes.length}`, {
          text: String(label + 1),
        });
      }
      if (/[,\\]/.test(id))
        throw paths.file.error(line, "expected a path without commas and backslashes", { text: id });
      const box = boxes.get(number, id).map(Number) as unknown as XYWH;
      splits[isTrain.get(number, id)[0] === "1" ? "train" : "test"].push({
        id,
        entry: `${folder}images/${id}`,
        labels: [label],
        boxes: (size) => [{ box: cornersOf(box, size) }],
      });
    }
    return { classes, splits };
  },
};

const NUMBER = "(-?\\d+(?:\\.\\d*)?)";
const BOX_LINE = new RegExp(`^(\\d+) ${NUMBER} ${NUMBER} ${NUMBER} ${NUMBER}$`);

type XYWH = readonly [x: number, y: number, width: number, height: number];

/**
 * The reference evaluator's rule: far corners x + w and y + h, not minus 1, but at most the last column and row. Whole
 * numbers, as it reads no others; the published ones are.
 */
export function cornersOf([x, y, w, h]: XYWH, [width, height]: ImageSize): Box {
  const [x0, y0, x1, y1] = [x, y, Math.min(x + w, width - 1), Math.min(y + h, height - 1)].map(Math.trunc);
  return [x0!, y0!, x1!, y1!];
}

/** A file of one line for each image or class: its number, then fields. */
class Table {
  readonly rows = new Map<number, { readonly fields: readonly string[]; readonly line: number }>();

  constructor(readonly file: MetadataFile) {}

  /** @param id Names the image in the error for a number that the file lacks. */
  get(number: number, id: string): readonly string[] {
    const row = this.rows.get(number);
    if (row !== undefined) return row.fields;
    throw new WsolError(
      "ERR_WSOL_DATA",
      `expected a line for image ${number} ('${id}') in '${this.file.path}', found none`,
      {
        details: { path: this.file.path, image: id },
      },
    );
  }

  lineOf(number: number): number {
    return this.rows.get(number)!.line;
  }
}

async function readTable(source: Source, path: string, pattern: RegExp): Promise<Table> {
  const table = new Table(await readText(source, path));
  table.file.forEachLine((text, line) => {
    const match = pattern.exec(text.trimEnd());
    if (match === null) throw table.file.error(line, `expected a line like ${pattern.source}`, { text });
    const [, number, ...fields] = match;
    if (table.rows.has(Number(number))) throw table.file.error(line, "expected each number once", { text });
    table.rows.set(Number(number), { fields: fields as string[], line });
  });
  return table;
}

/** In the order of their numbers, which count from 1 without gaps. */
function classNames({ file, rows }: Table): string[] {
  return [...rows.keys()]
    .toSorted((a, b) => a - b)
    .map((number, index) => {
      const { fields, line } = rows.get(number)!;
      if (number !== index + 1) throw file.error(line, `expected class ${index + 1}`, { text: String(number) });
      return fields[0]!;
    });
}
