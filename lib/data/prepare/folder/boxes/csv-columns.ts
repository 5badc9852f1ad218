import { FormatProblem } from "../../../../formats/problem";

/** Where a CSV file has what, by column. */
export interface BoxColumns {
  readonly image: number;
  /** x0, y0, x1, y1; with `hasSides` x, y, width, height. */
  readonly box: readonly [number, number, number, number];
  readonly hasSides: boolean;
  readonly className: number | null;
  /** Width and height of the image. */
  readonly size: readonly [number, number] | null;
}

const IMAGE = [
  "image",
  "filename",
  "file",
  "path",
  "file_name",
  "file_path",
  "image_path",
  "image_name",
  "img",
  "id",
  "image_id",
];
const CLASS = ["class", "label", "class_name", "category", "name", "label_name"];
const CORNERS = [
  ["x0", "y0", "x1", "y1"],
  ["x1", "y1", "x2", "y2"],
  ["xmin", "ymin", "xmax", "ymax"],
  ["x_min", "y_min", "x_max", "y_max"],
  ["left", "top", "right", "bottom"],
] as const;
const ORIGINS = [
  ["x", "y"],
  ["x0", "y0"],
  ["xmin", "ymin"],
  ["x_min", "y_min"],
  ["left", "top"],
  ["bbox_x", "bbox_y"],
] as const;
const SIDES = [
  ["w", "h"],
  ["width", "height"],
  ["bbox_w", "bbox_h"],
  ["bbox_width", "bbox_height"],
] as const;
const SIZES = [
  ["width", "height"],
  ["image_width", "image_height"],
] as const;

const KNOWN = "image,x0,y0,x1,y1 (or xmin,ymin,xmax,ymax, or x,y,width,height), and class where wanted";
/** Without a header: an image, then four numbers. */
const PLAIN: BoxColumns = { image: 0, box: [1, 2, 3, 4], hasSides: false, className: null, size: null };
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Whether the text is a number as files of boxes have them. */
export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

/**
 * What the first record says of the columns: a header, or the first box of a file without one.
 * @throws FormatProblem when it is neither a header with all that is needed nor an image and four numbers
 */
export function readHeader(fields: readonly string[]): { readonly columns: BoxColumns; readonly isHeader: boolean } {
  if (fields.length === 5 && fields.slice(1).every(isNumber)) return { columns: PLAIN, isHeader: false };
  if (fields.slice(1).some(isNumber)) {
    throw new FormatProblem(
      `without a header, expected lines 'image,x0,y0,x1,y1', got ${fields.length} fields; expected header: ${KNOWN}`,
    );
  }
  const names = fields.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, "_"),
  );
  const twice = names.find((name, column) => name !== "" && names.indexOf(name) !== column);
  if (twice !== undefined) throw new FormatProblem(`its header has the column '${twice}' twice`);
  return { columns: columnsOf(names), isHeader: true };
}

function columnsOf(names: readonly string[]): BoxColumns {
  const at = (name: string) => names.indexOf(name);
  const areThere = (wanted: readonly string[]) => wanted.every((name) => names.includes(name));
  const image = IMAGE.find((name) => names.includes(name));
  if (image === undefined) throw unknown("has no column for the image", names);
  const corners = CORNERS.filter(areThere);
  const origin = ORIGINS.filter(areThere);
  const sides = SIDES.filter(areThere);
  const className = CLASS.find((name) => names.includes(name));
  const found = { image: at(image), className: className === undefined ? null : at(className) };
  const size = (taken: readonly string[]) => {
    const pair = SIZES.find((wanted) => areThere(wanted) && !wanted.some((name) => taken.includes(name)));
    return pair === undefined ? null : ([at(pair[0]), at(pair[1])] as const);
  };
  if (corners.length === 1) {
    const [x0, y0, x1, y1] = corners[0]!;
    return { ...found, box: [at(x0), at(y0), at(x1), at(y1)], hasSides: false, size: size([]) };
  }
  if (corners.length > 1) throw unknown("has corners in more than one way", names);
  // With a far corner of another kind it would be half a guess.
  if (origin.length !== 1 || sides.length === 0) throw unknown("has no four columns of a box", names);
  const [width, height] = sides[0]!;
  const [x, y] = origin[0]!;
  return { ...found, box: [at(x), at(y), at(width), at(height)], hasSides: true, size: size([width, height]) };
}

function unknown(problem: string, names: readonly string[]): FormatProblem {
  const got = names.join(",");
  return new FormatProblem(
    `its header ${problem}; expected ${KNOWN}, got '${got.length > 120 ? `${got.slice(0, 117)}...` : got}'`,
  );
}
