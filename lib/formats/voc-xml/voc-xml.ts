import { XMLParser, XMLValidator } from "fast-xml-parser";
import { FormatProblem } from "../problem";
import { numberOf, optionalText, type Tag, textOf, within } from "./tags";

/** A box as it stands in the file: xmin, ymin, xmax, ymax, whole or not, in the file's own convention. */
export type VocBox = readonly [xmin: number, ymin: number, xmax: number, ymax: number];

export interface VocObject {
  readonly name: string;
  readonly box: VocBox;
  readonly isDifficult: boolean;
}

/** What an annotation file says of one image. */
export interface VocAnnotation {
  readonly folder: string | null;
  /** As written, with or without an ending. */
  readonly filename: string | null;
  /** Null where the file has none, or zeros, as some tools write. */
  readonly size: readonly [width: number, height: number] | null;
  readonly objects: readonly VocObject[];
}

const MAX_BYTES = 2 ** 20;
/** annotation, object, part, bndbox, xmin make five. */
const MAX_DEPTH = 16;

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  processEntities: false,
  // Of a kind of its own, so that a name in it is refused, not read with its entities replaced.
  cdataPropName: "#cdata",
  maxNestedTags: MAX_DEPTH,
});

/**
 * Reads an annotation in PASCAL VOC's XML, which ImageNet and many labelling tools write too: the boxes of the objects. Their
 * parts (a person's head, hands, feet) are passed over. Documents with a type declaration are refused, so that there are
 * no entities but XML's own five and characters by number.
 * @throws FormatProblem
 */
export function readVocXml(bytes: Uint8Array): VocAnnotation {
  const annotation = parse(bytes);
  const objects = annotation.object ?? [];
  return {
    folder: optionalText(annotation, "folder"),
    filename: optionalText(annotation, "filename"),
    size: sizeOf(annotation),
    objects: (Array.isArray(objects) ? objects : [objects]).map(objectOf),
  };
}

function parse(bytes: Uint8Array): Tag {
  if (bytes.length === 0) throw new FormatProblem("the file is empty");
  if (bytes.length > MAX_BYTES) throw new FormatProblem(`expected at most ${MAX_BYTES} bytes, got ${bytes.length}`);
  const text = decode(bytes);
  if (/<!(?!--|\[CDATA\[)/.test(text)) throw new FormatProblem("it has a document type, which is not read");
  const validity = XMLValidator.validate(text);
  if (validity !== true) {
    const { msg, line } = validity.err;
    throw new FormatProblem(`it is no well-formed XML: ${msg.slice(0, 200)} (line ${line})`);
  }
  let document: Record<string, unknown>;
  try {
    document = parser.parse(text);
  } catch (cause) {
    throw new FormatProblem(`it is no readable XML: ${(cause as Error).message.slice(0, 200)}`);
  }
  if (!("annotation" in document)) throw new FormatProblem("expected an <annotation>, found none");
  return within(document, "annotation") ?? {};
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FormatProblem("it is no text in UTF-8");
  }
}

function sizeOf(annotation: Tag): VocAnnotation["size"] {
  const size = within(annotation, "size");
  if (size === null) return null;
  const [width, height] = [numberOf(size, "width"), numberOf(size, "height")];
  if (width === 0 && height === 0) return null;
  if (![width, height].every((side) => Number.isSafeInteger(side) && side > 0)) {
    throw new FormatProblem(`its size is ${width} x ${height}`);
  }
  return [width, height];
}

function objectOf(object: unknown): VocObject {
  const tag = within({ object }, "object") ?? {};
  const box = within(tag, "bndbox");
  if (box === null) throw new FormatProblem("it has an <object> without <bndbox>");
  const name = textOf(tag, "name");
  if (name === "") throw new FormatProblem("it has an <object> without a name");
  const difficult = optionalText(tag, "difficult");
  return {
    name,
    box: [numberOf(box, "xmin"), numberOf(box, "ymin"), numberOf(box, "xmax"), numberOf(box, "ymax")],
    isDifficult: difficult === "1" || difficult?.toLowerCase() === "true",
  };
}
