import { FormatProblem } from "../problem";
import { OP } from "./opcodes";
import type { PickleMachine } from "./pickle-machine";
import { floatOfText, indexOfText, integerOfText, stringOfText, unicodeOfText } from "./text-opcodes";
import { PickleGlobal, PickleTuple } from "./values";

type Operation = (machine: PickleMachine) => void;

const LATEST_PROTOCOL = 5;

/** Opcodes that end in one new value. */
const MAKERS: readonly (readonly [number, (machine: PickleMachine) => unknown])[] = [
  [OP.NONE, () => null],
  [OP.NEWTRUE, () => true],
  [OP.NEWFALSE, () => false],
  [OP.INT, ({ bytes }) => integerOfText(bytes.line())],
  [OP.LONG, ({ bytes }) => integerOfText(bytes.line())],
  [OP.BININT, ({ bytes }) => bytes.int32()],
  [OP.BININT1, ({ bytes }) => bytes.uint8()],
  [OP.BININT2, ({ bytes }) => bytes.uint16()],
  [OP.LONG1, ({ bytes }) => bytes.integer(bytes.uint8())],
  [OP.LONG4, ({ bytes }) => bytes.integer(bytes.int32())],
  [OP.FLOAT, ({ bytes }) => floatOfText(bytes.line())],
  [OP.BINFLOAT, ({ bytes }) => bytes.float64()],
  [OP.STRING, ({ bytes }) => stringOfText(bytes.line())],
  [OP.BINSTRING, ({ bytes }) => bytes.textOrBytes(bytes.int32())],
  [OP.SHORT_BINSTRING, ({ bytes }) => bytes.textOrBytes(bytes.uint8())],
  [OP.UNICODE, ({ bytes }) => unicodeOfText(bytes.line())],
  [OP.BINUNICODE, ({ bytes }) => bytes.text(bytes.uint32())],
  [OP.SHORT_BINUNICODE, ({ bytes }) => bytes.text(bytes.uint8())],
  [OP.BINUNICODE8, ({ bytes }) => bytes.text(bytes.uint64())],
  [OP.BINBYTES, ({ bytes }) => bytes.take(bytes.uint32())],
  [OP.SHORT_BINBYTES, ({ bytes }) => bytes.take(bytes.uint8())],
  [OP.BINBYTES8, ({ bytes }) => bytes.take(bytes.uint64())],
  [OP.BYTEARRAY8, ({ bytes }) => bytes.take(bytes.uint64())],
  [OP.EMPTY_LIST, () => []],
  [OP.EMPTY_DICT, () => new Map()],
  [OP.EMPTY_SET, () => new Set()],
  [OP.EMPTY_TUPLE, () => new PickleTuple([])],
  [OP.LIST, (machine) => machine.popToMark()],
  [OP.TUPLE, (machine) => new PickleTuple(machine.popToMark())],
  [OP.TUPLE1, (machine) => tupleOf(machine, 1)],
  [OP.TUPLE2, (machine) => tupleOf(machine, 2)],
  [OP.TUPLE3, (machine) => tupleOf(machine, 3)],
  [OP.FROZENSET, (machine) => new Set(machine.popToMark())],
  [OP.DUP, (machine) => machine.peek()],
  [OP.GLOBAL, ({ bytes }) => new PickleGlobal(bytes.name(), bytes.name())],
  [OP.STACK_GLOBAL, stackGlobal],
  [OP.INST, instance],
];

const OPERATIONS: readonly (readonly [number, Operation])[] = [
  ...MAKERS.map(([op, make]) => [op, (machine: PickleMachine) => machine.push(make(machine))] as const),
  [OP.PROTO, ({ bytes }) => checkProtocol(bytes.uint8())],
  [OP.FRAME, ({ bytes }) => checkFrame(bytes.uint64(), bytes.left)],
  [OP.MARK, (machine) => machine.mark()],
  [OP.POP, (machine) => machine.discard()],
  [OP.POP_MARK, (machine) => void machine.popToMark()],
  [OP.DICT, (machine) => fill(machine, new Map(), machine.popToMark())],
  [OP.APPEND, (machine) => changeTop(machine, [machine.pop()], "append")],
  [OP.APPENDS, (machine) => changeTop(machine, machine.popToMark(), "append")],
  [OP.ADDITEMS, (machine) => changeTop(machine, machine.popToMark(), "add")],
  [OP.SETITEM, (machine) => changeTop(machine, [machine.pop(), machine.pop()].reverse(), "setItems")],
  [OP.SETITEMS, (machine) => changeTop(machine, machine.popToMark(), "setItems")],
  [OP.PUT, (machine) => machine.memoize(indexOfText(machine.bytes.line()))],
  [OP.BINPUT, (machine) => machine.memoize(machine.bytes.uint8())],
  [OP.LONG_BINPUT, (machine) => machine.memoize(machine.bytes.uint32())],
  [OP.MEMOIZE, (machine) => machine.memoize()],
  [OP.GET, (machine) => machine.recall(indexOfText(machine.bytes.line()))],
  [OP.BINGET, (machine) => machine.recall(machine.bytes.uint8())],
  [OP.LONG_BINGET, (machine) => machine.recall(machine.bytes.uint32())],
  [OP.PERSID, (machine) => machine.persistent(machine.bytes.line())],
  [OP.BINPERSID, (machine) => machine.persistent(machine.pop())],
  [OP.REDUCE, call],
  [OP.NEWOBJ, call],
  [OP.NEWOBJ_EX, newWithKeywords],
  [OP.OBJ, callInGroup],
  [OP.BUILD, build],
  ...[OP.EXT1, OP.EXT2, OP.EXT4].map((op) => [op, () => refuse("extension codes")] as const),
  ...[OP.NEXT_BUFFER, OP.READONLY_BUFFER].map((op) => [op, () => refuse("buffers outside it")] as const),
];

/** What each opcode does, by its byte; STOP is none of them. */
export const OPERATION_OF: readonly (Operation | undefined)[] = Array.from(
  { length: 256 },
  (_, byte) => OPERATIONS.find(([op]) => op === byte)?.[1],
);

function tupleOf(machine: PickleMachine, size: number): PickleTuple {
  const items = Array.from({ length: size }, () => machine.pop());
  return new PickleTuple(items.reverse());
}

function stackGlobal(machine: PickleMachine): PickleGlobal {
  const [name, module] = [machine.pop(), machine.pop()];
  if (typeof module !== "string" || typeof name !== "string")
    throw new FormatProblem("its pickle has a class without a name");
  return new PickleGlobal(module, name);
}

function instance(machine: PickleMachine): unknown {
  const callable = new PickleGlobal(machine.bytes.name(), machine.bytes.name());
  return machine.call(callable, new PickleTuple(machine.popToMark()));
}

function call(machine: PickleMachine): void {
  const args = machine.pop();
  machine.push(machine.call(machine.pop(), args));
}

function newWithKeywords(machine: PickleMachine): void {
  machine.pop();
  call(machine);
}

function callInGroup(machine: PickleMachine): void {
  const [callable, ...args] = machine.popToMark();
  machine.push(machine.call(callable, new PickleTuple(args)));
}

function build(machine: PickleMachine): void {
  machine.pop();
  machine.build(machine.peek());
}

function changeTop(machine: PickleMachine, values: readonly unknown[], how: "append" | "add" | "setItems"): void {
  machine[how](machine.peek(), values);
}

function fill(machine: PickleMachine, dict: Map<unknown, unknown>, items: readonly unknown[]): void {
  machine.setItems(dict, items);
  machine.push(dict);
}

function checkProtocol(version: number): void {
  if (version > LATEST_PROTOCOL)
    throw new FormatProblem(`its pickle is of protocol ${version}, expected at most ${LATEST_PROTOCOL}`);
}

function checkFrame(length: number, left: number): void {
  if (length > left) throw new FormatProblem("its pickle is truncated");
}

function refuse(what: string): never {
  throw new FormatProblem(`its pickle has ${what}, which are not supported`);
}
