import { readJsonElements } from "./json-elements";
import { FormatProblem } from "./problem";

/** More than that are refused: they are held in memory. */
const MAX_IMAGES = 2_000_000;
const MAX_BOXES = 5_000_000;
const MAX_NAME = 4096;

export interface CocoImage {
  /** `file_name`, as it stands there. */
  readonly file: string;
  /** Null where the file does not say. */
  readonly size: readonly [width: number, height: number] | null;
}

/** An object instance; x and y are the left and upper edge. */
export interface CocoBox {
  readonly image: CocoImage;
  /** The category's name; null for an annotation without one. */
  readonly category: string | null;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Its place in `annotations`, from 0 on. */
  readonly index: number;
}

export interface CocoFile {
  readonly images: readonly CocoImage[];
  readonly categories: readonly string[];
  /** In the order of the file. */
  boxes(): Generator<CocoBox, void, void>;
  /** Annotations that are left out: of crowds (`iscrowd`), and those without a `bbox`. */
  readonly crowds: number;
  readonly withoutBox: number;
}

/** Annotations and images may come in any order, so each refers to its image by a number until all are read. */
const FIELDS = 7;

/**
 * Reads the object instances of a COCO annotation file: `images`, `annotations` with `bbox`, `categories`. Segmentations, key
 * points and all other members are passed over.
 * @throws FormatProblem naming the member and its place
 */
export async function readCoco(chunks: AsyncIterable<Uint8Array>): Promise<CocoFile> {
  const images = new Named<CocoImage>("images", MAX_IMAGES);
  const categories = new Named<string>("categories", MAX_IMAGES);
  const annotations = new Annotations();
  const isThere = { images: false, annotations: false, categories: false };
  await readJsonElements(chunks, ["images", "annotations", "categories"], (list, element, index) => {
    isThere[list as keyof typeof isThere] = true;
    const member = new Member(list, element, index);
    if (list === "images") images.add(member, { file: member.text("file_name"), size: member.size() });
    else if (list === "categories") categories.add(member, member.text("name"));
    else annotations.add(member);
  });
  if (!isThere.images) throw new FormatProblem("it has no 'images'");
  if (!isThere.annotations) throw new FormatProblem("it has no 'annotations'");
  // Resolved now, so that a dangling reference is told before the first box is used.
  const resolved = annotations.resolve(images, categories);
  return {
    images: images.values,
    categories: categories.values,
    crowds: annotations.crowds,
    withoutBox: annotations.withoutBox,
    *boxes() {
      for (let at = 0; at < resolved.length; at += FIELDS) {
        const [image, category, x, y, width, height, index] = resolved.slice(at, at + FIELDS) as number[] & {
          length: 7;
        };
        yield {
          image: images.values[image!]!,
          category: category === NO_CATEGORY ? null : categories.values[category!]!,
          x: x!,
          y: y!,
          width: width!,
          height: height!,
          index: index!,
        };
      }
    },
  };
}

type Id = number | string;
const NO_CATEGORY = -1;

/** One element of a list, with words for what is wrong with it. */
class Member {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(
    private readonly list: string,
    element: unknown,
    readonly index: number,
  ) {
    if (typeof element !== "object" || element === null || Array.isArray(element)) throw this.problem("is no object");
    this.#fields = element as Record<string, unknown>;
  }

  get(key: string): unknown {
    return Object.hasOwn(this.#fields, key) ? this.#fields[key] : undefined;
  }

  id(key: string): Id {
    const value = this.get(key);
    const isId = typeof value === "string" ? value.length <= MAX_NAME : Number.isSafeInteger(value);
    if (!isId) throw this.problem(`has no '${key}', a whole number or text`);
    return value as Id;
  }

  text(key: string): string {
    const value = this.get(key);
    if (typeof value === "string" && value.length > 0 && value.length <= MAX_NAME) return value;
    throw this.problem(`has no '${key}', a text of at most ${MAX_NAME} characters`);
  }

  size(): CocoImage["size"] {
    const sides = [this.get("width"), this.get("height")];
    if (sides.every((side) => side === undefined || side === null)) return null;
    if (!sides.every((side) => Number.isSafeInteger(side) && (side as number) > 0)) {
      throw this.problem("has no whole 'width' and 'height' above 0");
    }
    return sides as [number, number];
  }

  /** Null without one. */
  box(): readonly number[] | null {
    const box = this.get("bbox");
    if (box === undefined || box === null || (Array.isArray(box) && box.length === 0)) return null;
    if (Array.isArray(box) && box.length === 4 && box.every(Number.isFinite)) return box;
    throw this.problem("has a 'bbox' that is not four finite numbers x, y, width, height");
  }

  problem(words: string): FormatProblem {
    return new FormatProblem(`${this.list}[${this.index}] ${words}`);
  }
}

/** The members of a list that others refer to by `id`. */
class Named<T> {
  readonly values: T[] = [];
  readonly #positions = new Map<Id, number>();

  constructor(
    private readonly list: string,
    private readonly limit: number,
  ) {}

  add(member: Member, value: T): void {
    const id = member.id("id");
    if (this.#positions.has(id)) throw member.problem(`has the 'id' ${JSON.stringify(id)} of an earlier one`);
    if (this.values.length === this.limit)
      throw new FormatProblem(`'${this.list}' has more than ${this.limit} elements`);
    this.#positions.set(id, this.values.length);
    this.values.push(value);
  }

  position(id: Id): number | undefined {
    return this.#positions.get(id);
  }
}

/** Boxes as rows of numbers, since there may be millions. */
class Annotations {
  crowds = 0;
  withoutBox = 0;
  readonly #rows: number[] = [];
  readonly #ids: Id[] = [];
  readonly #numbers = new Map<Id, number>();

  add(member: Member): void {
    const image = this.#numberOf(member.id("image_id"));
    const category = member.get("category_id") === undefined ? NO_CATEGORY : this.#numberOf(member.id("category_id"));
    const box = member.box();
    if (box === null) this.withoutBox++;
    else if (member.get("iscrowd") === 1 || member.get("iscrowd") === true) this.crowds++;
    else if (this.#rows.length === MAX_BOXES * FIELDS) {
      throw new FormatProblem(`'annotations' has more than ${MAX_BOXES} boxes`);
    } else this.#rows.push(image, category, ...box, member.index);
  }

  /** The rows, with places in `images` and `categories` for the ids. */
  resolve(images: Named<unknown>, categories: Named<unknown>): number[] {
    const rows = this.#rows;
    const place = (target: Named<unknown>, key: string, list: string, number: number, at: number) => {
      const id = this.#ids[number]!;
      const position = target.position(id);
      if (position !== undefined) return position;
      const index = rows[at + FIELDS - 1];
      throw new FormatProblem(`annotations[${index}] has the '${key}' ${JSON.stringify(id)}, which '${list}' lacks`);
    };
    for (let at = 0; at < rows.length; at += FIELDS) {
      rows[at] = place(images, "image_id", "images", rows[at]!, at);
      const category = rows[at + 1]!;
      if (category !== NO_CATEGORY) rows[at + 1] = place(categories, "category_id", "categories", category, at);
    }
    return rows;
  }

  #numberOf(id: Id): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.#numbers.set(id, this.#ids.length);
    return this.#ids.push(id) - 1;
  }
}
