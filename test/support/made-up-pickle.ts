import { OP } from "../../lib/formats/pickle/opcodes";
import { zipParts } from "../../lib/formats/zip/write-zip";

/** Bytes of a pickle: opcodes by name, `'text'` of a line, bytes as they are. */
export type PicklePart = keyof typeof OP | Uint8Array | { readonly line: string };

export function pickle(...parts: readonly PicklePart[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === "string") return Buffer.from([OP[part]]);
      return ArrayBuffer.isView(part) ? part : Buffer.from(`${part.line}\n`);
    }),
  );
}

export const u8 = (value: number) => Buffer.from([value]);
export const u16 = (value: number) => Buffer.from([value & 0xff, value >> 8]);

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** A text on the stack. */
export const text = (value: string) => pickle("BINUNICODE", u32(Buffer.byteLength(value)), Buffer.from(value));
/** A whole number on the stack. */
export const int = (value: number) => pickle("BININT", u32(value >>> 0));
/** A class on the stack. */
export const named = (module: string, name: string) => pickle("GLOBAL", { line: module }, { line: name });
export const tuple = (...items: readonly Uint8Array[]) => pickle("MARK", ...items, "TUPLE");
/** `module.name(…)` on the stack. */
export const called = (module: string, name: string, ...args: readonly Uint8Array[]) =>
  pickle(named(module, name), tuple(...args), "REDUCE");
/** A dict with these entries on the stack. */
export const dict = (...entries: readonly (readonly [string, Uint8Array])[]) =>
  pickle("EMPTY_DICT", "MARK", ...entries.flatMap(([key, value]) => [text(key), value]), "SETITEMS");

export interface MadeUpTensor {
  readonly key?: string;
  readonly storage?: string;
  readonly count?: number;
  readonly offset?: number;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
}

export function storageId(
  { key = "0", storage = "FloatStorage", count = 4 }: MadeUpTensor,
  ...more: Uint8Array[]
): Buffer {
  return pickle(
    tuple(text("storage"), named("torch", storage), text(key), text("cpu"), int(count), ...more),
    "BINPERSID",
  );
}

/** A tensor on the stack, of four floats if nothing is said. */
export function tensor(given: MadeUpTensor = {}): Buffer {
  const { offset = 0, shape = [4], strides = [1] } = given;
  const sides = [shape, strides].map((list) => tuple(...list.map(int)));
  const rest = [pickle("NEWFALSE"), called("collections", "OrderedDict")];
  return called("torch._utils", "_rebuild_tensor_v2", storageId(given), int(offset), ...sides, ...rest);
}

/** A whole pickle of protocol 2. */
export const whole = (...parts: readonly PicklePart[]) => pickle("PROTO", u8(2), ...parts, "STOP");

export const FLOATS = Buffer.from(Float32Array.of(1, 2, 3, 4).buffer);

/** A `.pth` of this pickle, with a storage `0` of four floats if nothing is said. */
export function pth(data: Uint8Array, entries: Readonly<Record<string, Uint8Array>> = { "data/0": FLOATS }): Buffer {
  const contents = Object.entries({ "data.pkl": data, ...entries });
  return Buffer.concat([
    ...zipParts(
      contents.map(([name, content]) => ({ name: `archive/${name}`, content })),
      64,
    ),
  ]);
}

const MAGIC = Buffer.from("6cfc9c46f9206aa85019", "hex");

/** A legacy `.pth`: the pickles before the object's, the object, the keys, and what follows. */
export function legacyPth(
  object: Uint8Array,
  keys: readonly string[] = ["0"],
  rest: Uint8Array = counted(4n, FLOATS),
): Buffer {
  const head = [whole("LONG1", u8(MAGIC.length), MAGIC), whole("BININT2", u16(1001)), whole("EMPTY_DICT")];
  return Buffer.concat([...head, object, whole("EMPTY_LIST", "MARK", ...keys.map(text), "APPENDS"), rest]);
}

export function counted(count: bigint, data: Uint8Array): Buffer {
  return Buffer.concat([u64(count), data]);
}

/** A `.pth` and a legacy one of this object, with a storage `0` where it needs one. */
export function inBothFormats(object: Uint8Array): Buffer[] {
  const needsStorage = Buffer.from(object).includes(storageId({}).subarray(0, -10));
  return [pth(whole(object)), needsStorage ? legacyPth(whole(object)) : legacyPth(whole(object), [], Buffer.alloc(0))];
}
