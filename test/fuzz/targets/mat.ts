import { deflateSync } from "node:zlib";
import { formatError } from "../../../lib/data/prepare/format-error";
import type { Random } from "../../../lib/data/random";
import { readMat } from "../../../lib/formats/mat/mat";
import { type MatVariable, madeUpMat, matElement, matMatrix, matOf } from "../../support/made-up-mat";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";

const FILE = "flowers/setid.mat";
const NAMES = ["trnid", "valid", "tstid"] as const;
const WORDS = [
  ...[
    "IM",
    "MI",
    "\x00\x01",
    "\x00\x02",
    "\x0e\x00\x00\x00",
    "\x0f\x00\x00\x00",
    "\x05\x00\x04\x00",
    "\x00\x00\x00\x00",
  ],
  ...["\xff\xff\xff\xff", "\x00\x00\x00\x80", "\xff\xff\xff\x7f", "trnid", "valid", "\x06\x00\x00\x00\x08\x00\x00\x00"],
];

/** MAT-files of all number types: damaged as they lie, or damaged below the compression. */
export const matTarget: FuzzTarget = {
  name: "mat",
  code: "ERR_WSOL_DATA",
  file: FILE,
  async feed(random) {
    const bytes = damaged(random);
    try {
      for (const { data, shape } of Object.values(readMat(bytes, NAMES))) {
        if (data.length !== shape.reduce((product, side) => product * side, 1)) {
          throw new Error(`accepted ${data.length} values of the shape ${shape}`);
        }
      }
    } catch (cause) {
      throw formatError(FILE, cause);
    }
  },
};

function damaged(random: Random): Buffer {
  const isLittle = random.float() < 0.7;
  const variables = NAMES.map((name) => variableOf(name, random));
  const how = random.below(4);
  if (how === 0) return madeUpMat(variables, isLittle);
  if (how === 1) return mutate(madeUpMat(variables, isLittle), random, WORDS);
  const which = random.below(NAMES.length);
  const elements = variables.map((variable, index) => {
    const content = matMatrix(variable, isLittle);
    const matrix = matElement(14, how === 2 && index === which ? mutate(content, random, WORDS) : content, isLittle);
    if (!variable.isCompressed) return matrix;
    const inner = how === 3 && index === which ? mutate(matrix, random, WORDS) : matrix;
    return matElement(15, deflateSync(inner, { level: 1 }), isLittle);
  });
  return matOf(elements, isLittle);
}

function variableOf(name: string, random: Random): MatVariable {
  const shape = Array.from({ length: random.pick([2, 2, 2, 3]) }, () => random.below(4));
  const count = shape.reduce((product, side) => product * side, 1);
  return {
    name,
    shape,
    values: Array.from({ length: count }, () => random.below(120)),
    storedAs: random.pick([1, 2, 3, 4, 5, 6, 7, 9] as const),
    flags: random.pick([6, 6, 6, 6, 7, 8, 9, 13, 0x206]),
    isCompressed: random.float() < 0.3,
  };
}
