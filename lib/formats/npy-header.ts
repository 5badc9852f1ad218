import { FormatProblem } from "./problem";

/** What a `.npy` header says. */
export interface NpyHeader {
  /** As written, such as `<f8`. */
  readonly dtype: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the values begin, in bytes. */
  readonly dataStart: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** A header of a plain array has some 80 bytes; version 1 cannot have more than this. */
const MAX_HEADER_BYTES = 0xffff;
const MAX_RANK = 32;
const LARGEST_DIGITS = 16;

/**
 * Reads the header of a `.npy` file, versions 1 to 3: magic, version, length, and a Python dict literal with exactly the
 * keys `descr`, `fortran_order` and `shape` (numpy.lib.format). Nothing of it is evaluated.
 * @throws FormatProblem
 */
export function readNpyHeader(bytes: Uint8Array): NpyHeader {
  if (bytes.length === 0) throw new FormatProblem("the file is empty");
  if (!MAGIC.every((byte, index) => bytes[index] === byte)) throw new FormatProblem("it is no .npy file");
  const major = bytes[6];
  const minor = bytes[7];
  if (bytes.length < 12) throw new FormatProblem("it ends within the header");
  if (major === undefined || major < 1 || major > 3 || minor !== 0) {
    throw new FormatProblem(`expected .npy version 1.0, 2.0 or 3.0, got ${major}.${minor}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = major === 1 ? 10 : 12;
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES) {
    throw new FormatProblem(`expected a header of at most ${MAX_HEADER_BYTES} bytes, got ${length}`);
  }
  if (bytes.length < start + length) throw new FormatProblem("it ends within the header");
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString(major === 3 ? "utf8" : "latin1");
  return { ...parseDict(text), dataStart: start + length };
}

const KEY = /\s*(?:'([a-z_]*)'|"([a-z_]*)")\s*:\s*/y;
const VALUES = {
  descr: /(?:'([^'\\]*)'|"([^"\\]*)")/y,
  fortran_order: /(True|False)/y,
  shape: /\(([\d\sL,]*)\)/y,
} as const;
const SEPARATOR = /\s*(,?)\s*/y;

function parseDict(text: string): Omit<NpyHeader, "dataStart"> {
  const body = text.trim();
  if (!body.startsWith("{") || !body.endsWith("}")) throw new FormatProblem("its header is no dict");
  const inner = body.slice(1, -1);
  const found = new Map<string, string>();
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(inner);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  while (inner.slice(at).trim() !== "") {
    const name = take(KEY);
    const key = name?.[1] ?? name?.[2];
    if (key === undefined || !(key in VALUES) || found.has(key)) {
      throw new FormatProblem("expected the keys descr, fortran_order and shape in its header, once each");
    }
    const value = take(VALUES[key as keyof typeof VALUES]);
    if (value === null) throw new FormatProblem(`its header has an unexpected value for '${key}'`);
    found.set(key, value[1] ?? value[2] ?? "");
    if (take(SEPARATOR)?.[1] === "" && at < inner.length) throw new FormatProblem("its header is no dict");
  }
  const [dtype, order, shape] = ["descr", "fortran_order", "shape"].map((key) => found.get(key));
  if (dtype === undefined || order === undefined || shape === undefined) {
    throw new FormatProblem("expected the keys descr, fortran_order and shape in its header, once each");
  }
  return { dtype, fortranOrder: order === "True", shape: parseShape(shape) };
}

/** `224, 224` or `224,`; Python 2 wrote `224L`. */
function parseShape(text: string): number[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  if (parts.length > MAX_RANK) throw new FormatProblem(`its shape has ${parts.length} dimensions`);
  return parts.map((part) => {
    const digits = /^(\d+)L?$/.exec(part)?.[1];
    if (digits === undefined) throw new FormatProblem("its header has an unexpected value for 'shape'");
    if (digits.length > LARGEST_DIGITS) throw new FormatProblem(`its shape has a dimension of ${digits.length} digits`);
    return Number(digits);
  });
}
