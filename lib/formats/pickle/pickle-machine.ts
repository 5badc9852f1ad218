import { FormatProblem } from "../problem";
import { PickleBytes } from "./pickle-bytes";
import { describePickled, PickleGlobal, PickleOpaque, PickleTuple } from "./values";

/** Makes a value of a call's arguments; calls `charge` with the number of values that it looks at, if that has no bound. */
export type PickleCall = (args: readonly unknown[], charge: (values: number) => void) => unknown;

/** What a kind of file makes of the names in its pickles. Nothing else of them is acted upon. */
export interface PickleDialect {
  /** The classes and functions that are interpreted, by `module.name`. */
  readonly calls: ReadonlyMap<string, PickleCall>;
  /** What a persistent id stands for. @throws FormatProblem */
  readonly persistent: (id: unknown) => unknown;
}

/** Opcodes carried out, and values looked at by calls, each of which costs some hundred bytes at most. */
const MAX_OPERATIONS = 2 ** 20;

/** The state of unpickling: a stack with marks, and the memo. Nothing recurses, so that nesting costs what its opcodes do. */
export class PickleMachine {
  readonly bytes: PickleBytes;
  readonly #dialect: PickleDialect;
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();
  #operations = 0;

  constructor(bytes: Uint8Array, start: number, dialect: PickleDialect) {
    this.bytes = new PickleBytes(bytes, start);
    this.#dialect = dialect;
  }

  readonly charge = (operations: number): void => {
    this.#operations += operations;
    if (this.#operations <= MAX_OPERATIONS) return;
    throw new FormatProblem(`its pickle has more than ${MAX_OPERATIONS} values: save the weights alone`);
  };

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw new FormatProblem("its pickle takes more than it made");
    return this.#stack.pop();
  }

  peek(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new FormatProblem("its pickle ends a group that it did not begin");
    return this.#stack.splice(mark);
  }

  /** POP takes a mark, too. */
  discard(): void {
    if (this.#marks.length > 0 && this.#marks.at(-1) === this.#stack.length) this.#marks.pop();
    else this.pop();
  }

  memoize(index = this.#memo.size): void {
    this.#memo.set(index, this.peek());
  }

  recall(index: number): void {
    if (!this.#memo.has(index)) throw new FormatProblem("its pickle recalls what it did not keep");
    this.push(this.#memo.get(index));
  }

  append(list: unknown, values: readonly unknown[]): void {
    if (Array.isArray(list)) for (const value of values) list.push(value);
    else if (!(list instanceof PickleOpaque)) throw misused("appends to", list);
  }

  add(set: unknown, values: readonly unknown[]): void {
    if (set instanceof Set) for (const value of values) set.add(value);
    else if (!(set instanceof PickleOpaque)) throw misused("adds to", set);
  }

  /** Keys and values in turns. */
  setItems(dict: unknown, items: readonly unknown[]): void {
    if (items.length % 2 !== 0) throw new FormatProblem("its pickle has a key without a value");
    if (!(dict instanceof Map) && !(dict instanceof PickleOpaque)) throw misused("sets items of", dict);
    if (dict instanceof Map) for (let at = 0; at < items.length; at += 2) dict.set(items[at], items[at + 1]);
  }

  /** What a call gives: interpreted by the dialect, else opaque. */
  call(callable: unknown, args: unknown): unknown {
    if (callable instanceof PickleOpaque) return callable;
    if (!(callable instanceof PickleGlobal)) throw misused("calls", callable);
    if (!(args instanceof PickleTuple)) throw misused("calls a class with", args);
    const interpret = this.#dialect.calls.get(callable.fullName);
    return interpret === undefined ? new PickleOpaque(callable.fullName) : interpret(args.items, this.charge);
  }

  /** Attributes of dicts (`_metadata` of a state dict) and of what is opaque are dropped. */
  build(object: unknown): void {
    if (!(object instanceof Map) && !(object instanceof PickleOpaque)) throw misused("sets attributes of", object);
  }

  persistent(id: unknown): void {
    this.push(this.#dialect.persistent(id));
  }

  /** The one value that is left. */
  result(): unknown {
    const value = this.pop();
    if (this.#stack.length > 0 || this.#marks.length > 0) throw new FormatProblem("its pickle leaves values behind");
    return value;
  }
}

function misused(what: string, value: unknown): FormatProblem {
  return new FormatProblem(`its pickle ${what} ${describePickled(value)}`);
}
