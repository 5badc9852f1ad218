import type { FileHandle } from "node:fs/promises";
import { FormatProblem } from "./problem";

/** Bytes in their order: what was passed is gone. */
export interface ByteReader {
  /** Of the next byte. */
  readonly position: number;
  /** The next `length` bytes, a block of its own or one that nobody writes to; fewer only at the end. */
  take(length: number): Promise<Buffer>;
  /** Passes over bytes. @throws FormatProblem if there are not so many */
  skip(length: number): Promise<void>;
}

/** A file's bytes, or a part of them: passing over costs nothing. */
export class FileBytes implements ByteReader {
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;

  /** @param end Of the part that counts. */
  constructor(
    private readonly file: FileHandle,
    public position: number,
    private readonly end: number,
  ) {}

  async take(length: number): Promise<Buffer> {
    const wanted = Math.min(length, this.end - this.position);
    const bytes =
      wanted > WINDOW_BYTES ? await readAt(this.file, this.position, wanted) : await this.#fromWindow(wanted);
    this.position += bytes.length;
    return bytes;
  }

  async skip(length: number): Promise<void> {
    if (length > this.end - this.position) throw new FormatProblem("it is truncated");
    this.position += length;
  }

  /** Headers lie close together where files are small. */
  async #fromWindow(length: number): Promise<Buffer> {
    let at = this.position - this.#windowAt;
    if (at < 0 || at + length > this.#window.length) {
      this.#window = await readAt(this.file, this.position, Math.min(WINDOW_BYTES, this.end - this.position));
      this.#windowAt = this.position;
      at = 0;
    }
    return this.#window.subarray(at, at + length);
  }
}

const WINDOW_BYTES = 2 ** 13;

/** Bytes of an open file; fewer only at its end. */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** A stream's bytes. */
export class StreamBytes implements ByteReader {
  position = 0;
  #chunk: Buffer = Buffer.alloc(0);
  readonly #chunks: AsyncIterator<Buffer>;

  /** @param limit More bytes than this are refused with {@link FormatProblem}: what was compressed may become anything. */
  constructor(
    chunks: AsyncIterable<Buffer>,
    private readonly limit: number,
  ) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    if (length <= this.#chunk.length) return this.#shift(length);
    const parts: Buffer[] = [];
    let left = length;
    while (left > 0 && (this.#chunk.length > 0 || (await this.#next()))) {
      const part = this.#shift(Math.min(left, this.#chunk.length));
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) {
      if (this.#chunk.length === 0 && !(await this.#next())) throw new FormatProblem("it is truncated");
      left -= this.#shift(Math.min(left, this.#chunk.length)).length;
    }
  }

  #shift(length: number): Buffer {
    const part = this.#chunk.subarray(0, length);
    this.#chunk = this.#chunk.subarray(length);
    this.position += length;
    return part;
  }

  async #next(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done === true) return false;
    this.#chunk = value;
    if (this.position + this.#chunk.length > this.limit) {
      throw new FormatProblem(`it unpacks to more than ${this.limit} bytes, which its own size does not account for`);
    }
    return true;
  }
}

/** The next `size` bytes of another reader, as a whole of their own. */
export class PartOfBytes implements ByteReader {
  position = 0;

  constructor(
    private readonly whole: ByteReader,
    private readonly size: number,
  ) {}

  async take(length: number): Promise<Buffer> {
    const bytes = await this.whole.take(Math.min(length, this.size - this.position));
    this.position += bytes.length;
    return bytes;
  }

  async skip(length: number): Promise<void> {
    if (length > this.size - this.position) throw new FormatProblem("it is truncated");
    await this.whole.skip(length);
    this.position += length;
  }
}
