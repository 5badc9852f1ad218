import { printableName } from "../printable";

/**
 * What a pickle's values become: None null, dicts `Map`, lists arrays, sets `Set`, bytes `Uint8Array`, whole numbers beyond
 * the exact ones of a double `bigint`, tuples and classes the types here.
 */
export class PickleTuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** A class or function by name. It is never looked up. */
export class PickleGlobal {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get fullName(): string {
    return `${this.module}.${this.name}`;
  }
}

/** An object of a class, or the result of a function, that is not interpreted: kept by its name, its content dropped. */
export class PickleOpaque {
  constructor(readonly className: string) {}
}

/** What a dialect makes of a call or a persistent id, if it is of none of the other types. */
export abstract class PickleInterpreted {
  /** In words, for messages: "a tensor". */
  abstract readonly kind: string;
}

/** A value's kind in Python's words, for messages. */
export function describePickled(value: unknown): string {
  if (value === null) return "None";
  if (value instanceof PickleOpaque) return printableName(value.className);
  if (value instanceof PickleGlobal) return `the class ${printableName(value.fullName)}`;
  if (value instanceof PickleInterpreted) return value.kind;
  if (value instanceof PickleTuple) return "a tuple";
  if (value instanceof Map) return "a dict";
  if (value instanceof Set) return "a set";
  if (value instanceof Uint8Array) return "bytes";
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? "a string" : typeof value === "boolean" ? "a bool" : "a number";
}
