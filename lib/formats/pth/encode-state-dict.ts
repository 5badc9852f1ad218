import { OP } from "../pickle/opcodes";
import { FormatProblem } from "../problem";
import { rowMajorStrides } from "../strided";
import type { NamedTensor } from "../tensor-file";
import { STORAGE_OF_DTYPE } from "./storage-types";

const PROTOCOL = 2;
const INT32_MAX = 2 ** 31 - 1;

/**
 * The pickle, protocol 2, of an `OrderedDict` of tensors as `torch.save` writes it: each a call of
 * `torch._utils._rebuild_tensor_v2` on a storage that a persistent id names by the tensor's index. @throws FormatProblem
 */
export function encodeStateDict(tensors: readonly NamedTensor[]): Buffer {
  return Buffer.concat([
    Buffer.from([OP.PROTO, PROTOCOL]),
    EMPTY_ORDERED_DICT,
    Buffer.from([OP.MARK]),
    ...tensors.flatMap((tensor, index) => [text(tensor.name), rebuiltTensor(tensor, String(index))]),
    Buffer.from([OP.SETITEMS, OP.STOP]),
  ]);
}

const EMPTY_ORDERED_DICT = Buffer.concat([
  global("collections", "OrderedDict"),
  Buffer.from([OP.EMPTY_TUPLE, OP.REDUCE]),
]);

function rebuiltTensor({ name, dtype, shape }: NamedTensor, key: string): Buffer {
  const storage = STORAGE_OF_DTYPE.get(dtype);
  if (storage === undefined) {
    throw new FormatProblem(`tensor '${name}' is ${dtype}, expected one of ${[...STORAGE_OF_DTYPE.keys()].join(", ")}`);
  }
  const count = shape.reduce((product, side) => product * side, 1);
  const storageId = tuple(text("storage"), global("torch", storage), text(key), text("cpu"), integer(count));
  const requiresGrad = Buffer.from([OP.NEWFALSE]);
  const args = tuple(
    Buffer.concat([storageId, Buffer.from([OP.BINPERSID])]),
    integer(0),
    tuple(...shape.map(integer)),
    tuple(...rowMajorStrides(shape).map(integer)),
    requiresGrad,
    EMPTY_ORDERED_DICT,
  );
  return Buffer.concat([global("torch._utils", "_rebuild_tensor_v2"), args, Buffer.from([OP.REDUCE])]);
}

function global(module: string, name: string): Buffer {
  return Buffer.from(`${String.fromCharCode(OP.GLOBAL)}${module}\n${name}\n`);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const head = Buffer.alloc(5);
  head[0] = OP.BINUNICODE;
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

function integer(value: number): Buffer {
  if (value > INT32_MAX) {
    const long = Buffer.alloc(10);
    long[0] = OP.LONG1;
    long[1] = 8;
    long.writeBigInt64LE(BigInt(value), 2);
    return long;
  }
  const int = Buffer.alloc(5);
  int[0] = OP.BININT;
  int.writeInt32LE(value, 1);
  return int;
}

function tuple(...items: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([OP.MARK]), ...items, Buffer.from([OP.TUPLE])]);
}
