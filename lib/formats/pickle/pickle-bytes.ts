import { FormatProblem } from "../problem";

/** Of a line of the text opcodes: numbers and names. */
const MAX_LINE_BYTES = 2 ** 16;
const MAX_TEXT_BYTES = 2 ** 26;
const MAX_INTEGER_BYTES = 1024;
const NEWLINE = 0x0a;

/** A pickle's bytes, read in order. Lengths are compared with what is there before anything is made of them. */
export class PickleBytes {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
  }

  get position(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  uint8(): number {
    return this.#bytes[this.#advance(1)]!;
  }

  uint16(): number {
    return this.#bytes.readUInt16LE(this.#advance(2));
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#advance(4));
  }

  int32(): number {
    return this.#bytes.readInt32LE(this.#advance(4));
  }

  /** Rounded where it is beyond the exact integers, where no length can be. */
  uint64(): number {
    return Number(this.#bytes.readBigUInt64LE(this.#advance(8)));
  }

  float64(): number {
    return this.#bytes.readDoubleBE(this.#advance(8));
  }

  /** A view of the next bytes. */
  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** UTF-8. */
  text(length: number): string {
    if (length > MAX_TEXT_BYTES) throw new FormatProblem(`its pickle has a text of ${length} bytes`);
    const bytes = this.take(length);
    return decodeUtf8(bytes) ?? refuseText();
  }

  /** What Python 2 wrote for both text and bytes. */
  textOrBytes(length: number): string | Uint8Array {
    if (length < 0) throw new FormatProblem("its pickle has a text of negative length");
    const bytes = this.take(length);
    return (length <= MAX_TEXT_BYTES ? decodeUtf8(bytes) : null) ?? bytes;
  }

  /** Two's complement. */
  integer(length: number): number | bigint {
    if (length < 0 || length > MAX_INTEGER_BYTES)
      throw new FormatProblem(`its pickle has an integer of ${length} bytes`);
    if (length === 0) return 0;
    const hex = Buffer.from(this.take(length)).reverse().toString("hex");
    return exactInteger(BigInt.asIntN(length * 8, BigInt(`0x${hex}`)));
  }

  /** The text before the next newline, of one byte for each character. */
  line(): string {
    const end = this.#bytes.subarray(this.#at, this.#at + MAX_LINE_BYTES).indexOf(NEWLINE);
    if (end < 0 && this.left > MAX_LINE_BYTES) throw new FormatProblem("its pickle has a line without end");
    const start = this.#advance(end < 0 ? this.left + 1 : end + 1);
    return this.#bytes.toString("latin1", start, start + end);
  }

  /** A module's or class's name. */
  name(): string {
    return Buffer.from(this.line(), "latin1").toString("utf8");
  }

  #advance(length: number): number {
    if (length > this.left) throw new FormatProblem("its pickle is truncated");
    this.#at += length;
    return this.#at - length;
  }
}

/** A number where a double has it exactly. */
export function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

function refuseText(): never {
  throw new FormatProblem("its pickle has a text that is no UTF-8");
}
