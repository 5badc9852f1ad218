import type { Random } from "../../../lib/data/random";
import { decodeScoreMap, MAX_SCORE_MAP_PIXELS } from "../../../lib/evaluate/score-maps/score-map-file";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";

const FILE = "maps/fuzzed.jpg.npy";
const WORDS = [
  ...["'descr'", "'fortran_order'", "'shape'", "'<f8'", "'>f4'", "'|O'", "True", "False", "None", "(", ")", "{", "}"],
  ...["[", ": ", ", ", "\n", "\\'", '"', "L", "-1", "0", "1e9", "4294967296", "9".repeat(30), "( 1,1 ,)", "__import__"],
  ...["\x93NUMPY", "\x01\x00", "\x03\x00", "\xff\xff\xff\xff", "\x00\x00\x00\x00\x00\x00\xf8\x7f"],
];

/** Headers of all versions around the grammar, over values of about the right size, and damaged files. */
export const npyTarget: FuzzTarget = {
  name: "npy",
  code: "ERR_WSOL_SCORE_MAP",
  file: FILE,
  async feed(random) {
    const file = npyFile(random);
    const { data, width, height } = decodeScoreMap(random.float() < 0.6 ? mutate(file, random, WORDS) : file, FILE);
    if (data.length !== width * height || data.length < 1 || data.length > MAX_SCORE_MAP_PIXELS) {
      throw new Error(`accepted ${data.length} values as ${width} x ${height}`);
    }
  },
};

function npyFile(random: Random): Buffer {
  const shape = Array.from({ length: random.pick([0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3]) }, () =>
    random.pick([0, 1, 1, 2, 2, 3, 3, 5, 7]),
  );
  const descr = random.pick(["<f8", "<f8", ">f8", "<f4", ">f4", "<f8", ">f8", "<f4", ">f4", "<i8", "|u1"]);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const entries = [`'descr': '${descr}'`, `'fortran_order': ${random.pick(["True", "False"])}`, `'shape': ${tuple}`];
  if (random.float() < 0.2) entries.reverse();
  if (random.float() < 0.05) entries.splice(random.below(3), 1);
  const text = `{${entries.join(", ")}${random.pick([", ", "", ","])}}${" ".repeat(random.below(40))}\n`;
  const version = random.pick([1, 1, 2, 3]);
  const start = Buffer.alloc(version === 1 ? 10 : 12);
  start.write("\x93NUMPY", "latin1");
  start[6] = version;
  if (version === 1) start.writeUInt16LE(text.length, 8);
  else start.writeUInt32LE(random.float() < 0.05 ? random.below(2 ** 32) : text.length, 8);
  const bytes = shape.reduce((product, size) => product * size, 1) * Number(descr.slice(2));
  const values = Buffer.alloc(bytes + random.pick([0, 0, 0, 0, -1, 1, 8].filter((more) => bytes + more >= 0)));
  for (let at = 0; at < values.length; at++) values[at] = random.below(256);
  return Buffer.concat([start, Buffer.from(text, "latin1"), values]);
}
