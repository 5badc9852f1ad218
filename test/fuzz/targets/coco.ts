import { formatError } from "../../../lib/data/prepare/format-error";
import type { Random } from "../../../lib/data/random";
import { readCoco } from "../../../lib/formats/coco";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";
import { cut } from "./csv-boxes";

const FILE = "boxes/fuzzed.json";
const WORDS = [
  ...[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"',
    "\\",
    "\\u",
    "\\ud800",
    "null",
    "true",
    "-",
    "1e999",
    "1E5",
    "0.5",
    "01",
    "NaN",
  ],
  ...[
    '"id":',
    '"bbox":',
    '"images":',
    '"annotations":',
    '"__proto__":',
    '"constructor"',
    "[[[[[[[[",
    '{"a":',
    "[]",
    "{}",
  ],
  ...["\xef\xbb\xbf", "\xff", "\xc3", "\x00", "9".repeat(20), " ", "\n"],
];

/** Annotation files with members in any order and of wrong kinds, damaged as text and cut into chunks anywhere. */
export const cocoTarget: FuzzTarget = {
  name: "coco",
  code: "ERR_WSOL_DATA",
  file: FILE,
  async feed(random) {
    const text = Buffer.from(cocoFile(random));
    const bytes = random.float() < 0.8 ? mutate(text, random, WORDS) : text;
    try {
      const { images, categories, boxes } = await readCoco(cut(bytes, random));
      const isWhole =
        images.every(({ file, size }) => file !== "" && (size === null || size.every((side) => side > 0))) &&
        categories.every((name) => name !== "") &&
        [...boxes()].every(
          ({ image, category, x, y, width, height }) =>
            images.includes(image) &&
            (category === null || categories.includes(category)) &&
            [x, y, width, height].every(Number.isFinite),
        );
      if (!isWhole) throw new Error(`accepted ${bytes.toString("latin1")}`);
    } catch (cause) {
      throw formatError(FILE, cause);
    }
  },
};

function cocoFile(random: Random): string {
  const id = () => random.pick([1, 1, 2, 2, 3, "x"]);
  const images = [1, 2, 3, "x"].slice(0, 1 + random.below(4)).map((value) => ({
    id: value,
    file_name: random.pick(["a.jpg", "cat/1.jpg", "caf\u00e9.jpg"]),
    ...(random.float() < 0.5 ? { width: 40, height: random.pick([30, 30, 30, 0]) } : {}),
  }));
  const annotations = Array.from({ length: random.below(4) }, (_, index) => ({
    id: index,
    image_id: random.float() < 0.9 ? images[0]!.id : id(),
    category_id: random.pick([1, 1, 1, 1, 2]),
    bbox: random.pick<unknown>([[1, 2, 3, 4], [0.5, -1, 1e3, 0], [1, 2, 3, 4], [], [1, 2, 3], undefined, null]),
    iscrowd: random.pick([0, 0, 1]),
    segmentation: random.pick<unknown>([[[1, 2, 3, 4]], { counts: "abc", size: [3, 4] }, undefined]),
  }));
  const members = [
    ["info", { year: 2024 }],
    ["images", images],
    ["annotations", annotations],
    ["categories", [{ id: 1, name: "cat" }]],
  ] as const;
  const start = random.below(members.length);
  return JSON.stringify(Object.fromEntries([...members.slice(start), ...members.slice(0, start)]));
}
