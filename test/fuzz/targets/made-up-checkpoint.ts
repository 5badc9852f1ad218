import type { Random } from "../../../lib/data/random";
import { OP } from "../../../lib/formats/pickle/opcodes";
import {
  called,
  counted,
  dict,
  FLOATS,
  int,
  legacyPth,
  type MadeUpTensor,
  named,
  pickle,
  pth,
  tensor,
  text,
  u8,
  whole,
} from "../../support/made-up-pickle";

const STORAGES = [
  "FloatStorage",
  "IntStorage",
  "DoubleStorage",
  "ByteStorage",
  "HalfStorage",
  "ComplexFloatStorage",
  "X",
];
const NUMBERS = [0, 0, 1, 1, 1, 2, 3, 4, 5, 16, 2 ** 31 - 1, -1];
const KEYS = ["a", "b", "state_dict", "model", "module.a", "module.b", "__proto__", ""];
const OPCODES = Object.values(OP);

/** A checkpoint of made-up pickles: dicts of tensors with any layout, or opcodes in any order, in either format. */
export function madeUpCheckpoint(random: Random): Buffer {
  const object = whole(random.float() < 0.7 ? madeUpDict(random, 2) : madeUpOpcodes(random));
  if (random.float() < 0.6) return pth(object);
  return legacyPth(
    object,
    random.pick([["0"], ["0"], ["0", "1"], []]),
    random.pick([undefined, counted(3n, FLOATS), FLOATS]),
  );
}

function madeUpDict(random: Random, depth: number): Buffer {
  return dict(
    ...Array.from({ length: 1 + random.below(3) }, (_, index) => {
      const key = random.float() < 0.5 ? `t${index}` : random.pick(KEYS);
      return [key, madeUpValue(random, depth)] as const;
    }),
  );
}

function madeUpValue(random: Random, depth: number): Buffer {
  const draw = random.float();
  if (draw < 0.75) return tensor(madeUpTensor(random));
  if (draw < 0.9 && depth > 0) return madeUpDict(random, depth - 1);
  return random.pick([int(3), text("x"), called("os", "system", text("x")), named("torch", "float32"), pickle("NONE")]);
}

function madeUpTensor(random: Random): MadeUpTensor {
  if (random.float() < 0.5) return {};
  const shape = Array.from({ length: random.below(4) }, () => random.pick(NUMBERS));
  return {
    shape,
    strides: Array.from({ length: random.float() < 0.9 ? shape.length : 1 }, () => random.pick(NUMBERS)),
    offset: random.pick([0, 0, 0, 1, 2, 2 ** 31 - 1, -1]),
    storage: random.float() < 0.7 ? "FloatStorage" : random.pick(STORAGES),
    count: random.pick([4, 4, 4, 2, 16, 0]),
    key: random.pick(["0", "0", "0", "1", ""]),
  };
}

/** Opcodes that are meant to fit the stack are no more than half of them. */
function madeUpOpcodes(random: Random): Buffer {
  const parts = Array.from({ length: 1 + random.below(30) }, () => {
    if (random.float() < 0.5)
      return random.pick([int(1), text("a"), tensor(), pickle("MARK"), pickle("EMPTY_TUPLE"), pickle("EMPTY_DICT")]);
    const operand = Buffer.from({ length: random.below(9) } as ArrayLike<number>);
    for (let at = 0; at < operand.length; at++) operand[at] = random.pick([0, 1, 2, 10, 0x30, 255]);
    return pickle(u8(random.pick(OPCODES)), operand);
  });
  return Buffer.concat(parts);
}
