import { readCsvBoxes } from "../../../lib/data/prepare/folder/boxes/read-csv-boxes";
import { formatError } from "../../../lib/data/prepare/format-error";
import type { Random } from "../../../lib/data/random";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";

const FILE = "boxes/fuzzed.csv";
const WORDS = [
  ...[
    ",",
    ";",
    "\t",
    "\n",
    "\r\n",
    "\r",
    '"',
    '""',
    '","',
    " ",
    "\xef\xbb\xbf",
    "\xff\xfe",
    "\x00",
    "\xc3\xa9",
    "\xc3",
  ],
  ...["image", "x0", "x1", "x2", "width", "w", "class", "xmin", "-1", "1e400", "NaN", "0x1", "1e5", ".", "-", "+.5"],
];
const HEADERS = [
  ["image", "x0", "y0", "x1", "y1"],
  ["filename", "width", "height", "class", "xmin", "ymin", "xmax", "ymax"],
  ["x", "y", "w", "h", "path", "label"],
];

/** Files of boxes with and without a header, quoted or not, damaged as text and cut into chunks anywhere. */
export const csvBoxesTarget: FuzzTarget = {
  name: "csv-boxes",
  code: "ERR_WSOL_DATA",
  file: FILE,
  async feed(random) {
    const text = Buffer.from(csvFile(random));
    const bytes = random.float() < 0.8 ? mutate(text, random, WORDS) : text;
    try {
      for await (const { image, box, size, className } of readCsvBoxes(cut(bytes, random))) {
        const isWhole =
          image !== "" &&
          className !== "" &&
          box.every(Number.isFinite) &&
          (size === null || size.every(Number.isFinite));
        if (!isWhole) throw new Error(`accepted ${JSON.stringify({ image, box, size, className })}`);
      }
    } catch (cause) {
      throw formatError(FILE, cause);
    }
  },
};

/** The bytes in one piece or two. */
export async function* cut(bytes: Uint8Array, random: Random): AsyncGenerator<Uint8Array, void, void> {
  const at = random.float() < 0.5 ? bytes.length : random.below(bytes.length + 1);
  yield bytes.subarray(0, at);
  if (at < bytes.length) yield bytes.subarray(at);
}

function csvFile(random: Random): string {
  const header = random.float() < 0.2 ? null : random.pick(HEADERS);
  const delimiter = random.pick([",", ",", ";", "\t"]);
  const rows = Array.from({ length: random.below(4) }, () =>
    (header ?? HEADERS[0]!).map((name) => (/^[xywh]/.test(name) ? number(random) : word(random))),
  );
  const lines = [...(header === null ? [] : [header]), ...rows].map((row) => row.join(delimiter));
  return lines.join(random.pick(["\n", "\r\n"])) + random.pick(["", "\n"]);
}

function number(random: Random): string {
  return random.pick(["0", "7", "12.5", "-3", "1e2", "299", ""]);
}

function word(random: Random): string {
  return random.pick(["a.jpg", "cat/1.jpg", '"a, b.jpg"', '"say ""hi"".jpg"', '"a\nb"', "caf\u00e9.png", "cat\\2.jpg"]);
}
