import { WsolError } from "../../../../errors";
import { counted } from "../../../../words";
import type { Box, ImageSize } from "../../../split";
import { ImagePaths } from "../image-paths";
import type { FoundImage } from "../sort-files";
import { fitBox } from "./fit-box";
import type { StatedBox } from "./stated-box";

/** What was made of a file of boxes; positions are those of the images given. */
export interface BoxesOfImages {
  readonly notes: readonly string[];
  /** Boxes that fit the image of that stored size, and what is wrong with the others. */
  at(position: number, size: ImageSize): FittedBoxes;
  has(position: number): boolean;
}

export interface FittedBoxes {
  readonly boxes: readonly Box[];
  readonly problems: readonly string[];
  /** Boxes that reached beyond the image. */
  readonly clipped: number;
}

/**
 * Gives each image its boxes. Boxes of another class than their image's are left out, and those of images that are not
 * there; both are noted.
 * @param file How messages call what the boxes came from.
 * @throws ERR_WSOL_DATA when a name means several images, when no box is of an image, or when all are fractions of the
 * images' sides
 */
export async function boxesOfImages(
  file: string,
  stated: AsyncIterable<StatedBox>,
  images: readonly FoundImage[],
): Promise<BoxesOfImages> {
  const paths = new ImagePaths(images.map(({ idPath }) => idPath));
  const found = new Map<number, StatedBox[]>();
  const strangers = new Strangers("an image that is not there", "images that are not there");
  const classNames = new Set<string>();
  const scale = new ScaleCheck();
  for await (const box of stated) {
    const position = paths.find(box.image);
    if (position === "ambiguous") throw ambiguous(file, box, paths);
    if (box.className !== null) classNames.add(box.className.normalize("NFC"));
    scale.see(box);
    if (position === null) strangers.add(box.image);
    else if (found.has(position)) found.get(position)!.push(box);
    else found.set(position, [box]);
  }
  scale.check(file);
  if (found.size === 0) throw noneFound(file, strangers, images);
  const notes = strangers.notes();
  keepOwnClass(found, images, classNames, notes);
  return {
    notes,
    has: (position) => found.has(position),
    at: (position, size) => fitAll(found.get(position) ?? [], size),
  };
}

/** Where one name stands in all boxes and is no class here (`object`), it says nothing of classes. */
function keepOwnClass(
  found: Map<number, StatedBox[]>,
  images: readonly FoundImage[],
  classNames: ReadonlySet<string>,
  notes: string[],
): void {
  const known = new Set(images.map(({ className }) => className));
  const [only] = classNames;
  if (classNames.size === 1 && !known.has(only!)) {
    notes.push(`all boxes are of '${only}', which is no class here: taken as boxes of their image's class`);
    return;
  }
  const others = new Strangers("a class other than the image's", "classes other than the image's");
  for (const [position, boxes] of found) {
    const { className } = images[position]!;
    const own = boxes.filter((box) => box.className === null || box.className.normalize("NFC") === className);
    for (const box of boxes) if (!own.includes(box)) others.add(box.className!);
    if (own.length === 0) found.delete(position);
    else found.set(position, own);
  }
  notes.push(...others.notes());
}

function fitAll(stated: readonly StatedBox[], size: ImageSize): FittedBoxes {
  const boxes: Box[] = [];
  const problems: string[] = [];
  let clipped = 0;
  for (const { box, size: said, where } of stated) {
    if (said !== null && (said[0] !== size[0] || said[1] !== size[1])) {
      problems.push(
        `is ${size.join("x")} pixels as stored, for the boxes ${said.join("x")} (${where})${turnedHint(said, size)}`,
      );
      continue;
    }
    const fitted = fitBox(box, size);
    if ("problem" in fitted) problems.push(`has a box ${box.join(",")} that ${fitted.problem} (${where})`);
    else {
      boxes.push(fitted.box);
      if (fitted.isClipped) clipped++;
    }
  }
  return { boxes, problems, clipped };
}

/** Labelling tools show images upright, and draw boxes so. */
function turnedHint(said: ImageSize, size: ImageSize): string {
  return said[0] === size[1] && said[1] === size[0] ? "; turn the stored image upright first" : "";
}

/** Names of images or classes that boxes are of and that are not wanted. */
class Strangers {
  readonly #names = new Set<string>();
  #boxes = 0;

  constructor(
    private readonly one: string,
    private readonly many: string,
  ) {}

  add(name: string): void {
    this.#names.add(name);
    this.#boxes++;
  }

  get boxes(): number {
    return this.#boxes;
  }

  notes(): string[] {
    if (this.#boxes === 0) return [];
    const count = this.#names.size;
    const example = [...this.#names].slice(0, 3).map((name) => `'${name.slice(0, 100)}'`);
    const what = count === 1 ? this.one : `${count} ${this.many}`;
    return [
      `${counted(this.#boxes, "box", "boxes")} of ${what} left out: ${example.join(", ")}${count > 3 ? ", …" : ""}`,
    ];
  }
}

/** Some tools write fractions of the image's sides, which read as pixels would be boxes of nothing. */
class ScaleCheck {
  #isWithinOne = true;
  #hasFraction = false;

  see({ box }: StatedBox): void {
    this.#isWithinOne &&= box.every((side) => side >= 0 && side <= 1);
    this.#hasFraction ||= !box.every(Number.isInteger);
  }

  check(file: string): void {
    if (!this.#isWithinOne || !this.#hasFraction) return;
    throw new WsolError("ERR_WSOL_DATA", `expected boxes in pixels in '${file}', got fractions of the images' sides`, {
      details: { path: file },
      fix: "Multiply them by the width and height of each image.",
    });
  }
}

function ambiguous(file: string, { image, where }: StatedBox, paths: ImagePaths): WsolError {
  const candidates = paths.candidates(image);
  return new WsolError("ERR_WSOL_DATA", `'${file}' (${where}): '${image}' may be any of ${candidates.join(", ")}`, {
    details: { path: file, image, candidates },
    fix: "Write the image's path with its class folder.",
  });
}

function noneFound(file: string, strangers: Strangers, images: readonly FoundImage[]): WsolError {
  const got = strangers.boxes === 0 ? "no box at all" : strangers.notes()[0]!;
  return new WsolError(
    "ERR_WSOL_DATA",
    `expected boxes of images such as '${images[0]!.idPath}' in '${file}', got ${got}`,
    {
      details: { path: file },
      fix: "Name images by their path below the folder of the classes, or by their file's name where it is the only one.",
    },
  );
}
