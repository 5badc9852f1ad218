import { FormatProblem } from "../../../../lib/formats/problem";
import { decodeTensors } from "../../../../lib/formats/tensors";
import { caught } from "../../../support/caught";
import {
  called,
  counted,
  dict,
  FLOATS,
  inBothFormats,
  int,
  legacyPth,
  type MadeUpTensor,
  named,
  pickle,
  pth,
  storageId,
  tensor,
  text,
  tuple,
  whole,
} from "../../../support/made-up-pickle";

const stateDict = (given: MadeUpTensor) => whole(dict(["a", tensor(given)]));

describe("rejects", () => {
  const evil = (module: string, name: string) => called(module, name, text("touch /tmp/owned"));
  const cases: [string, Uint8Array, string][] = [
    ["os.system", evil("posix", "system"), "it holds 'posix.system'"],
    ["eval", evil("builtins", "eval"), "it holds 'builtins.eval'"],
    ["os.system as the state dict", dict(["state_dict", evil("os", "system")]), "its 'state_dict' is 'os.system'"],
    ["os.system inside the state dict", dict(["a", tensor()], ["b", evil("os", "system")]), "got 'os.system' for 'b'"],
    [
      "a numpy scalar inside",
      dict(["a", tensor()], ["b", called("numpy.core.multiarray", "scalar")]),
      "numpy.core.multiarray.scalar",
    ],
    ["a number inside", dict(["a", tensor()], ["epoch", int(3)]), "got a number for 'epoch'"],
    [
      "a key that is no name",
      pickle(dict(["a", tensor()]), int(1), tensor(), "SETITEM"),
      "names as keys of its state dict, got a number",
    ],
    ["a tensor alone", tensor(), "it holds a tensor"],
    ["a list", pickle("EMPTY_LIST"), "it holds a list"],
    [
      "a dict of other things",
      dict(["epoch", int(1)], ["x\ny", int(2)]),
      "it is a dict with the keys 'epoch', 'x\\ny'",
    ],
    [
      "a dict that holds itself",
      pickle("EMPTY_DICT", "BINPUT", Buffer.of(1), text("model"), "BINGET", Buffer.of(1), "SETITEM"),
      "its 'model' is a dict",
    ],
    ["a name of a million letters", dict(["a", tensor()], ["b", called("m".repeat(60_000), "C")]), "got 'mmm"],
    ["a persistent id of text", pickle(text("storage"), "BINPERSID"), "a persistent id that is no storage"],
    ["a storage of a negative count", dict(["a", tensor({ count: -1 })]), "a persistent id that is no storage"],
    [
      "a storage of another module",
      dict(["t", tensor()], ["a", called("torch._utils", "_rebuild_tensor_v2", foreignStorage())]),
      "evil.FloatStorage",
    ],
    ["a tensor of a number", called("torch._utils", "_rebuild_tensor_v2", int(1)), "makes a tensor of a number"],
    ["a tensor of nothing", called("torch._utils", "_rebuild_tensor_v2"), "makes a tensor of"],
    [
      "a tensor without a shape",
      called("torch._utils", "_rebuild_tensor_v2", storageId({})),
      "without a valid offset, size or stride",
    ],
    ["a negative offset", dict(["a", tensor({ offset: -1 })]), "without a valid offset, size or stride"],
    ["a negative side", dict(["a", tensor({ shape: [-1] })]), "without a valid offset, size or stride"],
    ["a negative stride", dict(["a", tensor({ strides: [-1] })]), "without a valid offset, size or stride"],
    ["more strides than sides", dict(["a", tensor({ strides: [1, 1] })]), "without a valid offset, size or stride"],
    [
      "65 axes",
      dict(["a", tensor({ shape: Array(65).fill(1), strides: Array(65).fill(1) })]),
      "without a valid offset",
    ],
    [
      "an offset beyond the storage",
      dict(["a", tensor({ offset: 1 })]),
      "tensor 'a' cannot be read: it reaches beyond its storage",
    ],
    ["a stride beyond the storage", dict(["a", tensor({ strides: [2] })]), "it reaches beyond its storage"],
    [
      "sides whose product overflows",
      dict(["a", tensor({ shape: Array(64).fill(2 ** 31 - 1), strides: Array(64).fill(2 ** 31 - 1) })]),
      "it reaches beyond its storage",
    ],
    [
      "two billion copies of a number",
      dict(["a", tensor({ shape: [2 ** 31 - 1], strides: [0] })]),
      "needs 8589934588 bytes, far more than the file has",
    ],
    [
      "sides whose product overflows, of one number",
      dict(["a", tensor({ shape: Array(64).fill(2 ** 31 - 1), strides: Array(64).fill(0) })]),
      "needs Infinity bytes",
    ],
    ["a view of negatives", dict(["t", tensor()], ["a", negated()]), "got 'torch.Tensor.resolve_neg' for 'a'"],
    ["a dict of numbers", called("collections", "OrderedDict", int(1)), "makes a dict of a number"],
    [
      "a dict of triples",
      called("collections", "OrderedDict", tuple(tuple(int(1), int(2), int(3)))),
      "other things than pairs",
    ],
    ["attributes of a tensor", pickle(tensor(), "NONE", "BUILD"), "sets attributes of a tensor"],
  ];

  function negated() {
    const layout = [int(0), tuple(int(4)), tuple(int(1)), pickle("NEWFALSE"), pickle("NONE")];
    const metadata = pickle("EMPTY_DICT", text("neg"), "NEWTRUE", "SETITEM");
    return called("torch._utils", "_rebuild_tensor_v2", storageId({}), ...layout, metadata);
  }

  function foreignStorage() {
    return pickle(tuple(text("storage"), named("evil", "FloatStorage"), text("0"), text("cpu"), int(4)), "BINPERSID");
  }

  test.each(cases)("%s, zip and legacy", async (_, object, words) => {
    for (const bytes of inBothFormats(object)) {
      const error = await caught(() => decodeTensors(bytes));
      expect(error).toBeInstanceOf(FormatProblem);
      expect(error.message).toContain(words);
      expect(error.message.length).toBeLessThan(400);
    }
  });

  const good = stateDict({});
  test.each<[string, Uint8Array, string]>([
    ["a storage that is missing", pth(good, {}), "it has no entry 'archive/data/0'"],
    [
      "a storage that is too short",
      pth(good, { "data/0": FLOATS.subarray(1) }),
      "its storage has 15 bytes, expected 16",
    ],
    ["a storage that is too long", pth(stateDict({ count: 3, shape: [3] })), "its storage has 16 bytes, expected 12"],
    [
      "big-endian numbers",
      pth(good, { byteorder: Buffer.from("big"), "data/0": FLOATS }),
      "its numbers are big-endian",
    ],
    ["TorchScript by its code", pth(good, { "code/a.py": FLOATS, "data/0": FLOATS }), "TorchScript"],
    ["a pickle of numpy's", whole(called("numpy", "array")), "it is a pickle, but not one of torch.save"],
    [
      "another legacy protocol",
      Buffer.concat([legacyPth(good).subarray(0, 15), whole(int(1002))]),
      "legacy protocol 1001",
    ],
    ["a legacy file of big-endian numbers", legacyWith("little_endian"), "its numbers are big-endian"],
    ["a legacy storage that is missing", legacyPth(good, [], FLOATS.subarray(0, 0)), "its storage '0' is missing"],
    ["a legacy storage of unknown type", legacyPth(good, ["0", "1"]), "a storage '1' of unknown type"],
    ["legacy keys that are no list", Buffer.concat([legacyPth(good, [], good)]), "bytes follow its last storage"],
    [
      "a legacy storage cut short",
      legacyPth(good, ["0"], counted(4n, FLOATS.subarray(1))),
      "truncated: its storage '0'",
    ],
    ["a legacy count of 2^62", legacyPth(good, ["0"], counted(2n ** 62n, FLOATS)), "truncated: its storage '0'"],
    [
      "a legacy count below zero",
      legacyPth(good, ["0"], counted(2n ** 64n - 1n, FLOATS)),
      "truncated: its storage '0'",
    ],
    ["a legacy count of others", legacyPth(good, ["0"], counted(3n, FLOATS.subarray(4))), "has 12 bytes, expected 16"],
    [
      "bytes after the last storage",
      legacyPth(good, ["0"], Buffer.concat([counted(4n, FLOATS), FLOATS])),
      "16 bytes follow",
    ],
  ])("%s", async (_, bytes, words) => {
    const error = await caught(() => decodeTensors(bytes));
    expect(error).toBeInstanceOf(FormatProblem);
    expect(error.message).toContain(words);
  });

  function legacyWith(key: string): Uint8Array {
    const start = legacyPth(good).subarray(0, 15 + 6);
    return Buffer.concat([start, whole("EMPTY_DICT", text(key), "NEWFALSE", "SETITEM"), good]);
  }
});

test("a list made into a dict again and again is charged for its length", async () => {
  const pair = pickle("EMPTY_TUPLE", "DUP", "TUPLE2");
  const list = pickle(
    "EMPTY_LIST",
    "MARK",
    Buffer.concat(Array(20_000).fill(pair)),
    "APPENDS",
    "BINPUT",
    Buffer.of(1),
    "POP",
  );
  const again = pickle(named("collections", "OrderedDict"), "BINGET", Buffer.of(1), "TUPLE1", "REDUCE", "POP");
  const started = performance.now();
  const error = await caught(() => decodeTensors(pth(whole(list, ...Array(20_000).fill(again), "NONE"))));
  expect(error.message).toContain("has more than 1048576 values");
  expect(performance.now() - started).toBeLessThan(15_000);
});

test("many tensors of one large copied storage are refused by what they would take", async () => {
  const storage = Buffer.alloc(4 * 2 ** 20);
  const wide = { count: 2 ** 20, shape: [2 ** 10, 2 ** 10], strides: [1, 2 ** 10] };
  const object = dict(...Array.from({ length: 1000 }, (_, index) => [`${index}`, tensor(wide)] as const));
  const error = await caught(() => decodeTensors(pth(whole(object), { "data/0": storage })));
  expect(error.message).toContain("far more than the file has");
});

test("tensors of 64 axes, as many as fit in a pickle, take no longer than others", async () => {
  const axes = Array<number>(62).fill(1);
  const wide = { count: 2 ** 20, shape: [2 ** 10, ...axes, 2 ** 10], strides: [1, ...axes, 2 ** 10] };
  const object = dict(...Array.from({ length: 2000 }, (_, index) => [`${index}`, tensor(wide)] as const));
  const started = performance.now();
  const error = await caught(() => decodeTensors(pth(whole(object), { "data/0": Buffer.alloc(4 * 2 ** 20) })));
  expect(error.message).toContain("far more than the file has");
  expect(performance.now() - started).toBeLessThan(20_000);
});
