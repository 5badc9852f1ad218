import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FormatProblem } from "../../../../lib/formats/problem";
import { decodeTensors, readTensors } from "../../../../lib/formats/tensors";
import { caught } from "../../../support/caught";
import {
  called,
  dict,
  FLOATS,
  inBothFormats,
  int,
  legacyPth,
  pickle,
  pth,
  storageId,
  tensor,
  text,
  tuple,
  whole,
} from "../../../support/made-up-pickle";
import answers from "../fixtures/tensors.json";

/** Written by PyTorch and NumPy, with what is in them: scripts/fixtures/make-tensor-fixtures.py. */
const FIXTURES = join(__dirname, "..", "fixtures");
const files = Object.entries(answers.files as Readonly<Record<string, Readonly<Record<string, unknown>>>>);

test.each(files)("reads %s: names in order, dtypes, shapes and every byte", async (name, expected) => {
  const { tensors, metadata } = await readTensors(join(FIXTURES, name));
  const found = tensors.map(({ data, name: key, ...rest }) => [
    key,
    { ...rest, data: Buffer.from(data).toString("base64") },
  ]);
  expect(found).toEqual(Object.entries(expected));
  expect(metadata).toEqual({});
});

test.each<[string, string]>([
  [
    "model.pth",
    "it holds 'torch.nn.modules.container.Sequential', an object of a class: save its state_dict() instead",
  ],
  ["legacy-model.pth", "its 'model' is '__main__.Scale', an object of a class: save its state_dict() instead"],
  ["namespace-inside.pth", "expected tensors only in its state dict, got 'argparse.Namespace' for 'args'"],
  ["complex-inside.pth", "got 'torch.ComplexFloatStorage' for 'b'"],
  ["script.pt", "it is a TorchScript archive: save the model's state_dict() with torch.save instead"],
  ["objects.npz", `its array 'a' cannot be read: expected numbers of 1, 2, 4 or 8 bytes, got the dtype "|O"`],
])("refuses %s, saying why", async (name, reason) => {
  const error = await caught(() => readTensors(join(FIXTURES, name)));
  expect(error).toBeInstanceOf(FormatProblem);
  expect(error.message).toContain(reason);
});

test("every fixture, cut at every byte, is refused as a problem of the format", async () => {
  const names = readdirSync(FIXTURES).filter((name) => !name.endsWith(".json"));
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) {
    const bytes = readFileSync(join(FIXTURES, name));
    for (let length = 0; length < bytes.length; length++) {
      const error = await caught(() => decodeTensors(bytes.subarray(0, length)));
      if (!(error instanceof FormatProblem)) throw new Error(`${name} cut to ${length}: ${error}`, { cause: error });
    }
  }
}, 60_000);

test("a pickle, cut at every byte inside a whole archive, is refused", async () => {
  const data = whole(dict(["a", tensor()], ["b", called("a", "B", int(1))]));
  for (let length = 0; length < data.length; length++) {
    const error = await caught(() => decodeTensors(pth(data.subarray(0, length))));
    expect(error).toBeInstanceOf(FormatProblem);
    expect(error.message).toContain("its pickle is truncated");
  }
});

const names = async (bytes: Uint8Array) => (await decodeTensors(bytes)).tensors.map(({ name }) => name);

describe("the state dict is found", () => {
  const inside = dict(["conv.weight", tensor()]);
  test.each<[string, Uint8Array, string[]]>([
    ["by itself", inside, ["conv.weight"]],
    ["below state_dict, beside a tensor", dict(["best", tensor()], ["state_dict", inside]), ["conv.weight"]],
    ["below model, beside an object", dict(["args", called("a", "B")], ["model", inside]), ["conv.weight"]],
    ["below model_state", dict(["model_state", inside]), ["conv.weight"]],
    ["below state_dict_ema", dict(["state_dict_ema", inside]), ["conv.weight"]],
    ["below state_dict before model", dict(["model", dict(["b", tensor()])], ["state_dict", inside]), ["conv.weight"]],
    ["without DataParallel's prefix", dict(["module.a", tensor()], ["module.b", tensor()]), ["a", "b"]],
    ["with a prefix that not all have", dict(["module.a", tensor()], ["b", tensor()]), ["module.a", "b"]],
    ["empty", pickle("EMPTY_DICT"), []],
    ["of Python 2's pairs", called("collections", "OrderedDict", pairs()), ["x"]],
    ["with an attribute", pickle(inside, dict(["_metadata", called("a", "B")]), "BUILD"), ["conv.weight"]],
    ["in parameters", dict(["p", called("torch._utils", "_rebuild_parameter", tensor(), pickle("NEWTRUE"))]), ["p"]],
  ])("%s", async (_, object, expected) => {
    for (const bytes of inBothFormats(object)) expect(await names(bytes)).toEqual(expected);
  });

  function pairs(): Uint8Array {
    return pickle("EMPTY_LIST", "EMPTY_LIST", "MARK", text("x"), tensor(), "APPENDS", "APPEND");
  }

  test("a tensor called __proto__ is kept", async () => {
    expect(await names(pth(whole(dict(["__proto__", tensor()]))))).toEqual(["__proto__"]);
  });

  test("the optimizer's storages are not looked at", async () => {
    const object = dict(["optimizer", dict(["m", tensor({ key: "absent" })])], ["model", inside]);
    expect(await names(pth(whole(object)))).toEqual(["conv.weight"]);
  });
});

describe("storages of legacy files", () => {
  const part = (offset: number, count: number) => {
    const view = tuple(text("view"), int(offset), int(count));
    const layout = [int(0), tuple(int(2)), tuple(int(1)), pickle("NEWFALSE")];
    return legacyPth(whole(dict(["a", called("torch._utils", "_rebuild_tensor_v2", storageId({}, view), ...layout)])));
  };

  test("may be parts of others", async () => {
    const { tensors } = await decodeTensors(part(1, 2));
    expect(tensors[0]!.data).toEqual(FLOATS.subarray(4, 12));
  });

  test("that reach beyond the others are refused", async () => {
    expect((await caught(() => decodeTensors(part(3, 2)))).message).toContain("beyond the one it is a part of");
  });
});
