import type { PickleDialect } from "../../../../lib/formats/pickle/pickle-machine";
import { unpickle } from "../../../../lib/formats/pickle/unpickle";
import { PickleGlobal, PickleOpaque, PickleTuple } from "../../../../lib/formats/pickle/values";
import { FormatProblem } from "../../../../lib/formats/problem";
import { caught } from "../../../support/caught";
import {
  called,
  int,
  named,
  type PicklePart,
  pickle,
  text,
  u8,
  u16,
  u32,
  u64,
  whole,
} from "../../../support/made-up-pickle";

const DIALECT: PickleDialect = {
  calls: new Map([["math.pair", (args) => new PickleTuple(args.slice(0, 2))]]),
  persistent: (id) => new PickleTuple(["persistent", id]),
};
const unpickled = (bytes: Uint8Array) => unpickle(bytes, 0, DIALECT).value;
const latin1 = (value: string) => Buffer.from(value, "latin1");

describe("unpickle builds", () => {
  test.each<[string, PicklePart[], unknown]>([
    ["None", ["NONE"], null],
    ["True", ["NEWTRUE"], true],
    ["False", ["NEWFALSE"], false],
    ["the bools of protocol 0", ["INT", { line: "01" }], true],
    ["a number of protocol 0", ["INT", { line: "-12" }], -12],
    ["a long of protocol 0", ["LONG", { line: "12345678901234567890L" }], 12345678901234567890n],
    ["a float of protocol 0", ["FLOAT", { line: "-1.5e3" }], -1500],
    ["nan of protocol 0", ["FLOAT", { line: "nan" }], Number.NaN],
    ["a byte", ["BININT1", u8(255)], 255],
    ["two bytes", ["BININT2", u16(65535)], 65535],
    ["a negative number", [int(-2)], -2],
    ["a long of no bytes", ["LONG1", u8(0)], 0],
    ["a negative long", ["LONG1", u8(2), Buffer.from([0, 0xff])], -256],
    ["a long beyond doubles", ["LONG4", u32(9), Buffer.from("000000000000000001", "hex")], 2n ** 64n],
    ["a float", ["BINFLOAT", Buffer.from("3ff8000000000000", "hex")], 1.5],
    ["a text of protocol 0", ["UNICODE", { line: "gr\\u00fc\\U0001f600" }], "grü😀"],
    ["a string of protocol 0", ["STRING", { line: "'a\\'b\\x41\\n\\q'" }], "a'bA\n\\q"],
    ["UTF-8", [text("grüße")], "grüße"],
    ["a text that begins with a byte order mark", [text("\ufeffa")], "\ufeffa"],
    ["a short text", ["SHORT_BINUNICODE", u8(1), latin1("x")], "x"],
    ["a long text", ["BINUNICODE8", u64(1n), latin1("x")], "x"],
    ["a string of Python 2", ["SHORT_BINSTRING", u8(1), latin1("x")], "x"],
    ["a string of Python 2 that is no text", ["BINSTRING", u32(1), latin1("\xff")], latin1("\xff")],
    ["bytes", ["SHORT_BINBYTES", u8(2), latin1("ab")], latin1("ab")],
    ["more bytes", ["BINBYTES", u32(2), latin1("ab")], latin1("ab")],
    ["bytes of a 64-bit length", ["BINBYTES8", u64(2n), latin1("ab")], latin1("ab")],
    ["a bytearray", ["BYTEARRAY8", u64(2n), latin1("ab")], latin1("ab")],
    ["a list", ["EMPTY_LIST", "MARK", "NONE", "NEWTRUE", "APPENDS", "NEWFALSE", "APPEND"], [null, true, false]],
    ["a list of protocol 0", ["MARK", "NONE", "LIST"], [null]],
    ["a tuple", ["MARK", "NONE", "NONE", "NONE", "NONE", "TUPLE"], new PickleTuple([null, null, null, null])],
    ["an empty tuple", ["EMPTY_TUPLE"], new PickleTuple([])],
    ["tuples of one to three", [int(1), "TUPLE1", int(2), "TUPLE2", int(3), int(4), "TUPLE3"], nested()],
    ["a dict", ["EMPTY_DICT", "MARK", text("a"), int(1), "SETITEMS", text("b"), int(2), "SETITEM"], ab()],
    ["a dict of protocol 0", ["MARK", text("a"), int(1), text("b"), int(2), "DICT"], ab()],
    ["a set", ["EMPTY_SET", "MARK", int(1), int(1), "ADDITEMS"], new Set([1])],
    ["a frozenset", ["MARK", int(1), "FROZENSET"], new Set([1])],
    ["what is recalled", ["EMPTY_LIST", "BINPUT", u8(7), "POP", "BINGET", u8(7)], []],
    ["what is recalled by text", ["NONE", "PUT", { line: "70000" }, "POP", "GET", { line: "70000" }], null],
    [
      "what is recalled by 32 bits",
      ["NONE", "LONG_BINPUT", u32(2 ** 32 - 1), "POP", "LONG_BINGET", u32(2 ** 32 - 1)],
      null,
    ],
    ["what is memoized", ["NEWTRUE", "MEMOIZE", "POP", "BINGET", u8(0)], true],
    ["what is doubled", [int(1), "DUP", "TUPLE2"], new PickleTuple([1, 1])],
    ["what is below a dropped group", [int(1), "MARK", int(2), "POP_MARK"], 1],
    ["what is below a dropped mark", [int(1), "MARK", "POP"], 1],
    ["framed values", ["FRAME", u64(1n), "NONE"], null],
    ["a class by two texts", [text("os"), text("system"), "STACK_GLOBAL"], new PickleGlobal("os", "system")],
    ["what the dialect makes of a call", [called("math", "pair", int(1), int(2), int(3))], new PickleTuple([1, 2])],
    ["what the dialect makes of an id", [int(5), "BINPERSID"], new PickleTuple(["persistent", 5])],
    ["what the dialect makes of a text id", ["PERSID", { line: "x" }], new PickleTuple(["persistent", "x"])],
    ["a list that holds itself", ["EMPTY_LIST", "DUP", "APPEND"], circular()],
  ])("%s", (_, parts, expected) => {
    expect(unpickled(whole(...parts))).toEqual(expected);
  });

  function nested() {
    return new PickleTuple([new PickleTuple([new PickleTuple([1]), 2]), 3, 4]);
  }

  function ab() {
    return new Map(Object.entries({ a: 1, b: 2 }));
  }

  function circular() {
    const list: unknown[] = [];
    list.push(list);
    return list;
  }

  test("tells where the pickle ends, and begins anywhere", () => {
    const bytes = Buffer.concat([latin1("xx"), whole("NONE"), latin1("more")]);
    expect(unpickle(bytes, 2, DIALECT)).toEqual({ value: null, end: 6 });
  });
});

describe("unpickle keeps as opaque, by name, and never calls", () => {
  const args = pickle(text("touch /tmp/owned"), "TUPLE1");
  test.each<[string, PicklePart[], string]>([
    ["os.system", [named("posix", "system"), args, "REDUCE"], "posix.system"],
    ["eval", [named("builtins", "eval"), args, "REDUCE"], "builtins.eval"],
    ["a class by protocol 4", [text("subprocess"), text("Popen"), "STACK_GLOBAL", args, "REDUCE"], "subprocess.Popen"],
    ["NEWOBJ", [named("argparse", "Namespace"), "EMPTY_TUPLE", "NEWOBJ"], "argparse.Namespace"],
    ["NEWOBJ_EX", [named("a", "B"), "EMPTY_TUPLE", "EMPTY_DICT", "NEWOBJ_EX"], "a.B"],
    ["INST", ["MARK", text("x"), "INST", { line: "os" }, { line: "system" }], "os.system"],
    ["OBJ", ["MARK", named("os", "system"), text("x"), "OBJ"], "os.system"],
    ["an object with a state", [named("a", "B"), "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", "BUILD"], "a.B"],
    ["a list of a class", [named("a", "B"), "EMPTY_TUPLE", "NEWOBJ", "MARK", int(1), "APPENDS"], "a.B"],
    ["a dict of a class", [named("a", "B"), "EMPTY_TUPLE", "NEWOBJ", int(1), int(2), "SETITEM"], "a.B"],
    ["a set of a class", [named("a", "B"), "EMPTY_TUPLE", "NEWOBJ", "MARK", int(1), "ADDITEMS"], "a.B"],
    ["the call of what a call gave", [called("builtins", "getattr"), "EMPTY_TUPLE", "REDUCE"], "builtins.getattr"],
    [
      "names that objects inherit",
      [named("__proto__", "constructor"), "EMPTY_TUPLE", "REDUCE"],
      "__proto__.constructor",
    ],
    ["a name in unicode", [named("größe", "K"), "EMPTY_TUPLE", "REDUCE"], "größe.K"],
  ])("%s", (_, parts, name) => {
    expect(unpickled(whole(...parts))).toEqual(new PickleOpaque(name));
  });
});

describe("unpickle rejects", () => {
  test.each<[string, Uint8Array, string]>([
    ["nothing", Buffer.alloc(0), "truncated"],
    ["a missing STOP", pickle("NONE"), "truncated"],
    ["STOP alone", pickle("STOP"), "takes more than it made"],
    ["values left behind", pickle("NONE", "NONE", "STOP"), "leaves values behind"],
    ["a mark left behind", pickle("MARK", "NONE", "STOP"), "takes more than it made|leaves values behind"],
    ["an unknown opcode", whole(u8(0xff)), "unknown opcode 255"],
    ["a protocol of the future", pickle("PROTO", u8(6), "NONE", "STOP"), "protocol 6"],
    ["a text beyond the end", whole("BINUNICODE", u32(2 ** 32 - 1)), "a text of 4294967295 bytes"],
    ["a text of 2^64 bytes", whole("BINUNICODE8", u64(2n ** 64n - 1n)), "a text of"],
    ["bytes beyond the end", whole("BINBYTES", u32(2 ** 31)), "truncated"],
    ["bytes of 2^63", whole("BINBYTES8", u64(2n ** 63n)), "truncated"],
    ["a bytearray of 2^64", whole("BYTEARRAY8", u64(2n ** 64n - 1n)), "truncated"],
    ["a frame of 2^64", whole("FRAME", u64(2n ** 64n - 1n), "NONE"), "truncated"],
    ["a string of negative length", whole("BINSTRING", u32(2 ** 31)), "negative length"],
    ["a long of negative length", whole("LONG4", u32(2 ** 32 - 1)), "an integer of -1 bytes"],
    ["a giant long", whole("LONG4", u32(2 ** 30), Buffer.alloc(2000)), "an integer of 1073741824 bytes"],
    ["a giant decimal", whole("LONG", { line: "9".repeat(5000) }), "no number where one is due"],
    ["a line without end", whole("LONG", Buffer.alloc(100_000, "9")), "a line without end"],
    ["a number that is none", whole("INT", { line: "0x10" }), "no number where one is due"],
    ["a float that is none", whole("FLOAT", { line: "1e" }), "no number where one is due"],
    ["a memo index that is none", whole("NONE", "PUT", { line: "-1" }), "no number where one is due"],
    ["a string without quotes", whole("STRING", { line: "x" }), "without quotes"],
    ["a text that is no UTF-8", whole("BINUNICODE", u32(1), u8(0xff)), "no UTF-8"],
    ["what was not kept", whole("BINGET", u8(3)), "recalls what it did not keep"],
    ["a group that did not begin", whole("NONE", "TUPLE"), "a group that it did not begin"],
    ["a value below a mark", whole("NONE", "MARK", "TUPLE1"), "takes more than it made"],
    ["a key without a value", whole("EMPTY_DICT", "MARK", "NONE", "SETITEMS"), "a key without a value"],
    ["appending to a number", whole(int(1), int(2), "APPEND"), "appends to a number"],
    ["adding to a list", whole("EMPTY_LIST", "MARK", "ADDITEMS"), "adds to a list"],
    ["items of a tuple", whole("EMPTY_TUPLE", int(1), int(2), "SETITEM"), "sets items of a tuple"],
    ["calling a text", whole(text("os"), "EMPTY_TUPLE", "REDUCE"), "calls a string"],
    ["calling with a list", whole(named("a", "b"), "EMPTY_LIST", "REDUCE"), "calls a class with a list"],
    ["the state of a number", whole(int(1), "NONE", "BUILD"), "sets attributes of a number"],
    ["a class without a name", whole(text("a"), int(1), "STACK_GLOBAL"), "a class without a name"],
    ["extension codes", whole("EXT1", u8(1)), "extension codes"],
    ["buffers outside", whole("NEXT_BUFFER"), "buffers outside"],
  ])("%s", async (_, bytes, words) => {
    const error = await caught(() => unpickled(bytes));
    expect(error).toBeInstanceOf(FormatProblem);
    expect(error.message).toMatch(new RegExp(words));
  });

  test.each<[string, Uint8Array]>([
    ["a million empty dicts", Buffer.concat([Buffer.alloc(2 ** 20 + 1, pickle("EMPTY_DICT")), pickle("STOP")])],
    ["a million marks", Buffer.alloc(2 ** 20 + 1, pickle("MARK"))],
    ["a list memoized a million times", pickle("EMPTY_LIST", Buffer.alloc(2 ** 20 + 1, pickle("MEMOIZE")), "STOP")],
    ["lists nested a million deep", Buffer.concat([Buffer.alloc(2 ** 20 + 1, pickle("EMPTY_LIST")), pickle("STOP")])],
  ])("%s, by their number", async (_, bytes) => {
    expect((await caught(() => unpickled(bytes))).message).toContain("has more than 1048576 values");
  });

  test("tuples nested 500,000 deep are read without recursion", () => {
    const deep = unpickled(whole("NONE", Buffer.alloc(500_000, pickle("TUPLE1"))));
    expect(deep).toBeInstanceOf(PickleTuple);
  });

  test("a memo bomb, each list twice in the next, costs what its opcodes cost", () => {
    const levels = Array.from({ length: 200 }, () => pickle("DUP", "TUPLE2"));
    const started = performance.now();
    expect(unpickled(whole("EMPTY_LIST", ...levels))).toBeInstanceOf(PickleTuple);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
