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

/** A value's kind in Python's words, for messages. */
export function describePickled(value: unknown): string {
  if (value === null) return "None";
  if (value instanceof PickleOpaque) return printableName(value.className);
  if (value instanceof PickleGlobal) return `the class ${printableName(value.fullName)}`;
  if (value instanceof PickleTuple) return "a tuple";
  if (value instanceof Map) return "a dict";
  if (value instanceof Set) return "a set";
  if (value instanceof Uint8Array) return "bytes";
  if (Array.isArray(value)) return "a list";
  const kinds: Record<string, string> = { string: "a string", boolean: "a bool" };
  return kinds[typeof value] ?? (typeof value === "object" ? value.constructor.name : "a number");
}

const SHOWN_CHARACTERS = 100;

/** A name of a file in quotes, its control characters escaped, its end cut. */
export function printableName(name: string): string {
  const isShort = name.length <= SHOWN_CHARACTERS;
  return `'${JSON.stringify(isShort ? name : `${name.slice(0, SHOWN_CHARACTERS)}…`).slice(1, -1)}'`;
}
